using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProcNet.History.Storage;

/// <summary>Turns the database's failures into ProcNet's, each with what to do about it.</summary>
internal static class HistoryErrors
{
    /// <summary>There is no such file.</summary>
    public static ProcNetException NotFound(string path, Exception? cause = null) =>
        new(
            ProcNetError.FileNotFound,
            $"There is no history at '{path}'.",
            "Begin one with 'Get-ProcessTraffic -Continuous -SampleInterval 10 | Export-TrafficHistory', or have 'Register-TrafficAudit' keep one by itself; -Path names another file.",
            path,
            cause
        );

    /// <summary>The file is something else.</summary>
    public static ProcNetException NotAHistory(string path, string reason, Exception? cause = null) =>
        new(
            ProcNetError.NotAHistory,
            $"'{path}' is not a history of ProcNet: {reason}.",
            "Give the path of a file that Export-TrafficHistory has written, or of none yet; Export-TrafficHistory -Force sets this one aside and begins a new one.",
            path,
            cause
        );

    /// <summary>The file was written by a newer version.</summary>
    public static ProcNetException TooNew(string path, long version, int known) =>
        new(
            ProcNetError.HistoryTooNew,
            $"'{path}' was written by a newer version of ProcNet: its tables are of version {version}, this one knows {known}.",
            "Use the newer version of the module.",
            path
        );

    /// <summary>Another process writes it.</summary>
    public static ProcNetException InUse(string path, string writer) =>
        new(
            ProcNetError.HistoryInUse,
            $"Another process writes the history '{path}': {writer}. One at a time may.",
            "Stop the other one, or give -Path for a history of your own. 'Get-TrafficAudit' lists the audits that run by themselves.",
            path
        );

    /// <summary>A failure of the library.</summary>
    public static ProcNetException From(string path, SqliteException failure) =>
        failure.SqliteErrorCode switch
        {
            raw.SQLITE_NOTADB => NotAHistory(path, "it is no database, or its first page is damaged", failure),
            raw.SQLITE_CORRUPT => new(
                ProcNetError.HistoryDamaged,
                $"The history '{path}' is damaged: {failure.Message}",
                "Export-TrafficHistory sets a damaged file aside and begins a new one. 'sqlite3 FILE .recover' may save most of what is in it.",
                path,
                failure
            ),
            raw.SQLITE_BUSY or raw.SQLITE_LOCKED => new(
                ProcNetError.HistoryLocked,
                $"The history '{path}' is locked by another process.",
                "Try again when the other process is done with it; 'lsof FILE' shows who has it open.",
                path,
                failure
            ),
            raw.SQLITE_FULL => new(
                ProcNetError.HistoryWriteFailed,
                $"The history '{path}' cannot grow: the disk is full.",
                "Make room, or give another -Path.",
                path,
                failure
            ),
            raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_CANTOPEN => AccessDenied(
                path,
                failure.Message,
                failure
            ),
            _ => new(
                ProcNetError.HistoryWriteFailed,
                $"The history '{path}' cannot be used: {failure.Message}",
                "See the system's log for failures of the disk.",
                path,
                failure
            ),
        };

    /// <summary>What waited in memory is lost.</summary>
    public static ProcNetException Lost(int samples, ProcNetException cause) =>
        new(cause.Error, $"{samples} samples could not be written, and are lost. {cause.Message}", cause.Remedy, cause.Target, cause);

    /// <summary>The file or its folder may not be read or written.</summary>
    public static ProcNetException AccessDenied(string path, string reason, Exception cause) =>
        new(
            ProcNetError.FileAccessDenied,
            $"The history '{path}' cannot be opened: {reason.TrimEnd('.')}.",
            "A history is written by the user whose it is, into a folder that this user may write, on a file system that is not mounted read-only. "
                + "The machine's own is root's: run as root, or give -Path.",
            path,
            cause
        );
}

using Microsoft.Data.Sqlite;

namespace ProcNet.History.Storage;

/// <summary>Histories on SQLite.</summary>
public sealed class SqliteHistoryLibrary : IHistoryLibrary
{
    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(30);

    // Before anything of SQLite is used.
    static SqliteHistoryLibrary() => NativeSqlite.Register();

    /// <inheritdoc/>
    string IHistoryLibrary.Version => $"SQLite {SQLitePCL.raw.sqlite3_libversion().utf8_to_string()}";

    /// <inheritdoc/>
    IHistoryWriter IHistoryLibrary.OpenWriter(HistoryWriterOptions options, Action<Notice> notify) => HistoryWriter.Open(options, notify);

    /// <inheritdoc/>
    IHistoryReader IHistoryLibrary.OpenReader(string path) => HistoryReader.Open(path);

    /// <inheritdoc/>
    HistoryRemoval IHistoryLibrary.Remove(string path, DateTime before)
    {
        if (!File.Exists(path))
        {
            throw HistoryErrors.NotFound(path);
        }

        try
        {
            long length = new FileInfo(path).Length;
            long hours;
            using (HistoryDatabase database = HistoryDatabase.OpenForWriting(path, s_lockTimeout))
            {
                // What is removed is overwritten, and the log emptied: nobody can read it out of the file afterwards.
                database.Execute("PRAGMA secure_delete = ON");
                using (var rollup = new Rollup(database))
                {
                    database.InTransaction(rollup.Run);
                }

                hours = new Retention(database).Before(UnixTime.Milliseconds(before));
                using Statement checkpoint = database.Prepare("PRAGMA wal_checkpoint(TRUNCATE)");
                checkpoint.Run();
            }

            return new HistoryRemoval(hours, Math.Max(0, length - new FileInfo(path).Length));
        }
        catch (SqliteException e)
        {
            throw HistoryErrors.From(path, e);
        }
    }
}

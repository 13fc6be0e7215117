using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProcNet.History.Storage;

/// <summary>An open database file with the tables of a history.</summary>
internal sealed class HistoryDatabase : IDisposable
{
    private HistoryDatabase(SqliteConnection connection) => Connection = connection;

    /// <summary>The connection.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Opens a file for writing, and makes its tables, or those that are new since it was written.</summary>
    /// <param name="path">The file, which exists; an empty one becomes a history.</param>
    /// <param name="lockTimeout">How long to wait for others.</param>
    /// <param name="steps">The versions of the tables; those of <see cref="Schema"/> but in tests.</param>
    /// <exception cref="SqliteException">The library could not.</exception>
    /// <exception cref="ProcNetException">It is another program's, or a newer version's.</exception>
    public static HistoryDatabase OpenForWriting(string path, TimeSpan lockTimeout, IReadOnlyList<string>? steps = null) =>
        Opened(
            path,
            SqliteOpenMode.ReadWrite,
            lockTimeout,
            database =>
            {
                if (database.CheckWhose(path, mayBeNew: true, steps ?? Schema.Steps))
                {
                    // Before the first table, or it stays as it was: space that is freed goes back to the disk.
                    database.Execute("PRAGMA auto_vacuum = INCREMENTAL");
                }

                // A commit is on the disk when it returns: a sample is a transaction, so that is one wait for the disk an interval.
                database.Execute(
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -2000"
                );
                database.Migrate(steps ?? Schema.Steps);
            }
        );

    /// <summary>Opens a file for reading.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lockTimeout">How long to wait for others.</param>
    /// <exception cref="SqliteException">The library could not.</exception>
    /// <exception cref="ProcNetException">It is another program's, or a newer version's.</exception>
    public static HistoryDatabase OpenForReading(string path, TimeSpan lockTimeout) =>
        Opened(
            path,
            SqliteOpenMode.ReadOnly,
            lockTimeout,
            database =>
            {
                database.CheckWhose(path, mayBeNew: false, Schema.Steps);
                database.Execute("PRAGMA cache_size = -8000");
            }
        );

    /// <summary>Runs statements.</summary>
    public void Execute(string text)
    {
        // Not by a command of the connection's, which waits for locks in its own way beside the library's.
        int result = raw.sqlite3_exec(Connection.Handle!, text);
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, Connection.Handle!);
        }
    }

    /// <summary>Compiles a statement that runs many times.</summary>
    public Statement Prepare(string text) => new(Connection, text);

    /// <summary>Asks for one number.</summary>
    public long? Ask(string text)
    {
        using Statement statement = Prepare(text);
        return statement.Scalar();
    }

    /// <summary>The bytes that the file would have without its free pages.</summary>
    public long UsedBytes() => ((Ask("PRAGMA page_count") ?? 0) - (Ask("PRAGMA freelist_count") ?? 0)) * (Ask("PRAGMA page_size") ?? 0);

    /// <summary>Does something in a transaction that takes the right to write at its begin, and undoes all of it upon a failure.</summary>
    public void InTransaction(Action work)
    {
        Execute("BEGIN IMMEDIATE");
        try
        {
            work();
            Execute("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();

    private static HistoryDatabase Opened(string path, SqliteOpenMode mode, TimeSpan lockTimeout, Action<HistoryDatabase> prepare)
    {
        var builder = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = mode,
            Pooling = false,
            DefaultTimeout = (int)Math.Ceiling(lockTimeout.TotalSeconds),
        };
        var database = new HistoryDatabase(new SqliteConnection(builder.ConnectionString));
        try
        {
            database.Connection.Open();

            // The file may come from anywhere: it cannot bring functions along, and a damaged page is found before it is used.
            database.Execute(
                $"PRAGMA busy_timeout = {(long)lockTimeout.TotalMilliseconds}; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY"
            );
            prepare(database);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Refuses what is another program's, or a newer version's.</summary>
    /// <returns>Whether it is nobody's yet.</returns>
    private bool CheckWhose(string path, bool mayBeNew, IReadOnlyList<string> steps)
    {
        long application = Ask("PRAGMA application_id") ?? 0;
        long version = Ask("PRAGMA user_version") ?? 0;
        bool isEmpty = application == 0 && Ask("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != Schema.ApplicationId && !(isEmpty && mayBeNew))
        {
            throw HistoryErrors.NotAHistory(path, isEmpty ? "it is empty" : "it is another program's database");
        }

        if (version > steps.Count)
        {
            throw HistoryErrors.TooNew(path, version, steps.Count);
        }

        return isEmpty;
    }

    private void Migrate(IReadOnlyList<string> steps)
    {
        if (Ask("PRAGMA user_version") == steps.Count)
        {
            return;
        }

        InTransaction(() =>
        {
            // Asked again: another process may have done it meanwhile.
            for (int version = (int)(Ask("PRAGMA user_version") ?? 0); version < steps.Count; version++)
            {
                Execute(steps[version]);
            }

            Execute($"PRAGMA application_id = {Schema.ApplicationId}; PRAGMA user_version = {steps.Count}");
        });
    }

    private void RollBack()
    {
        try
        {
            Execute("ROLLBACK");
        }
        catch (SqliteException)
        {
            // A failure like a full disk has rolled it back already, and what failed first is on its way to the caller.
        }
    }
}

using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProcNet.History.Storage;

/// <summary>
/// A statement that runs many times: bound by place and read by place, without an object for each value. Not
/// thread-safe.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _connection;
    private readonly sqlite3_stmt _statement;

    /// <summary>Compiles the text.</summary>
    /// <exception cref="SqliteException">It does not compile.</exception>
    public Statement(SqliteConnection connection, string text)
    {
        _connection = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_connection, text, out _statement));
    }

    /// <summary>Binds numbers to the first places.</summary>
    public Statement Bind(params ReadOnlySpan<long> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Check(raw.sqlite3_bind_int64(_statement, i + 1, values[i]));
        }

        return this;
    }

    /// <summary>Binds the two parts of a key and the counters that stand under it (<c>Counters</c> in the schema).</summary>
    public Statement Bind(long first, long second, in HistoryCounters counters) =>
        Bind(
            first,
            second,
            counters.SentBytes,
            counters.ReceivedBytes,
            counters.SentPackets,
            counters.ReceivedPackets,
            counters.FlowCount,
            (long)counters.Evidence
        );

    /// <summary>Binds a text.</summary>
    /// <param name="place">Which, from 1 on.</param>
    /// <param name="value">The text.</param>
    public Statement Bind(int place, string value)
    {
        Check(raw.sqlite3_bind_text(_statement, place, value));
        return this;
    }

    /// <summary>Binds bytes.</summary>
    /// <param name="place">Which, from 1 on.</param>
    /// <param name="value">The bytes.</param>
    public Statement Bind(int place, ReadOnlySpan<byte> value)
    {
        // An empty span has no address, which would bind NULL.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, place, 0) : raw.sqlite3_bind_blob(_statement, place, value));
        return this;
    }

    /// <summary>Goes to the next row. At the end, and upon a failure, the statement is ready to be bound again.</summary>
    /// <returns>Whether there is one.</returns>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Step()
    {
        int result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        // Before the reset, which says the same once more.
        try
        {
            if (result != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(result, _connection);
            }
        }
        finally
        {
            Reset();
        }

        return false;
    }

    /// <summary>Runs it, whatever rows it has.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public void Run()
    {
        while (Step()) { }
    }

    /// <summary>Runs it and gives the first number of the first row; null where there is no row, or nothing in it.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public long? Scalar()
    {
        long? value = Step() && !IsNull(0) ? Number(0) : null;
        Reset();
        return value;
    }

    /// <summary>Ends it before its last row.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>A number of the present row.</summary>
    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A text of the present row.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    /// <summary>Bytes of the present row; good until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>Whether there is nothing.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, _connection);
        }
    }
}

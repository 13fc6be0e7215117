using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ProcNet.History.Storage;

/// <summary>Answers from a history, each part from the tables whose periods are the longest that fit.</summary>
internal sealed class HistoryReader : IHistoryReader
{
    // A stretch of rows is read, and the file let go, before they are given out: who takes them slowly must not keep the writer from
    // tidying up.
    private const int RowsAtOnce = 2000;

    // Of the first stretch: somebody waits for the first row.
    private const int RowsAtFirst = 20;

    private static readonly TimeSpan s_lockTimeout = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly HistoryDatabase _database;
    private readonly SubjectNames _names;
    private readonly Statement _readTail;
    private readonly Statement _readTailAccounts;
    private readonly Statement _readSamples;
    private readonly Statement _readSampleAccounts;
    private readonly Dictionary<Period, Statement> _readTraffic;
    private readonly Dictionary<Period, Statement> _readAccount;
    private readonly Statement _readState;
    private long _knownEpoch = -1;

    private HistoryReader(string path, HistoryDatabase database)
    {
        _path = path;
        _database = database;
        _names = new SubjectNames(database);
        const string Rolled = "(SELECT value FROM state WHERE name = 'rolled_up')";
        string accounts = string.Join(", ", AccountTotals.Columns.Split(", ").Select(static column => $"coalesce(sum({column}), 0)"));
        _readTail = database.Prepare(
            $"SELECT s.subject, {CounterColumns.Names} FROM interval i JOIN sample s ON s.interval = i.id WHERE i.id > {Rolled} AND i.start >= ?1 AND i.start < ?2"
        );
        _readTailAccounts = database.Prepare($"SELECT {accounts} FROM interval WHERE id > {Rolled} AND start >= ?1 AND start < ?2");
        _readSamples = database.Prepare(
            $"SELECT s.subject, {CounterColumns.Names} FROM interval i JOIN sample s ON s.interval = i.id WHERE i.id <= {Rolled} AND i.start >= ?1 AND i.start < ?2"
        );
        _readSampleAccounts = database.Prepare($"SELECT {accounts} FROM interval WHERE id <= {Rolled} AND start >= ?1 AND start < ?2");
        _readTraffic = Period.All.ToDictionary(
            static period => period,
            period =>
                database.Prepare($"SELECT subject, {CounterColumns.Names} FROM traffic_{period.Name} WHERE start >= ?1 AND start < ?2")
        );
        _readAccount = Period.All.ToDictionary(
            static period => period,
            period => database.Prepare($"SELECT {accounts} FROM account_{period.Name} WHERE start >= ?1 AND start < ?2")
        );
        _readState = database.Prepare(
            """
            SELECT (SELECT value FROM state WHERE name = 'minutes_from'), (SELECT min(start) FROM interval),
                   (SELECT value FROM state WHERE name = 'names_removed')
            """
        );
    }

    /// <inheritdoc/>
    public (DateTime From, DateTime To)? Extent =>
        Guarded(() =>
            FindExtent() is var (from, to) ? (UnixTime.FromMilliseconds(from), UnixTime.FromMilliseconds(to)) : ((DateTime, DateTime)?)null
        );

    /// <inheritdoc/>
    public bool HasEndpoints => Guarded(() => _database.Ask("SELECT count(*) FROM (SELECT 1 FROM endpoint WHERE id <> 0 LIMIT 1)") == 1);

    /// <summary>Opens a history.</summary>
    /// <exception cref="ProcNetException">There is none, it cannot be read, or it is another program's.</exception>
    public static HistoryReader Open(string path)
    {
        if (!File.Exists(path))
        {
            throw HistoryErrors.NotFound(path);
        }

        HistoryDatabase? database = null;
        try
        {
            database = OpenDatabase(path);
            return new HistoryReader(path, database);
        }
        catch (SqliteException e)
        {
            database?.Dispose();
            throw HistoryErrors.From(path, e);
        }
    }

    /// <inheritdoc/>
    public IEnumerable<object> Read(HistoryQuery query, CancellationToken cancellation)
    {
        if (Guarded(FindExtent) is not var (first, last))
        {
            yield break;
        }

        // What began before the end of the history, as its last sample did, is within it.
        long from = Math.Max(query.From is { } wantedFrom ? UnixTime.Milliseconds(wantedFrom) : first, first);
        long to = Math.Min(query.To is { } wantedTo ? UnixTime.Milliseconds(wantedTo) : last, last);
        long next = from;
        var chunk = new Chunk(query);
        int rows = RowsAtFirst;
        while (next < to)
        {
            next = Guarded(() => ReadChunk(chunk, next, to, last, rows, cancellation));
            rows = RowsAtOnce;
            foreach (object row in chunk.Rows)
            {
                yield return row;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<TrafficHistoryHour> Check(DateTime from, DateTime to, CancellationToken cancellation)
    {
        var check = new HourCheck(_database);
        long until = UnixTime.Milliseconds(to);
        long end = Period.Hour.From(until);
        for (long hour = Period.Hour.Of(UnixTime.Milliseconds(from)); hour < end; hour++)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return Guarded(() => check.Read(hour, until));
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> FindDamage()
    {
        try
        {
            using Statement check = _database.Prepare("PRAGMA integrity_check(20)");
            var found = new List<string>();
            while (check.Step())
            {
                if (check.Text(0) is string answer && answer != "ok")
                {
                    found.Add(answer);
                }
            }

            return found;
        }
        catch (SqliteException e)
        {
            return [e.Message];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (
            IDisposable part in (IDisposable[])
                [
                    _readTail,
                    _readTailAccounts,
                    _readSamples,
                    _readSampleAccounts,
                    .. _readTraffic.Values,
                    .. _readAccount.Values,
                    _readState,
                    _names,
                    _database,
                ]
        )
        {
            part.Dispose();
        }
    }

    private static HistoryDatabase OpenDatabase(string path)
    {
        try
        {
            return HistoryDatabase.OpenForReading(path, s_lockTimeout);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY && !File.Exists(path + "-wal"))
        {
            // Nobody has it open, and this user may not make the files that readers and writers share: then nothing changes under us.
            return HistoryDatabase.OpenForReading(
                $"file:{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}?immutable=1",
                s_lockTimeout
            );
        }
    }

    private (long From, long To)? FindExtent()
    {
        using Statement statement = _database.Prepare(
            """
            SELECT min(f), max(t) FROM (
                SELECT min(start) AS f, max(start + duration) AS t FROM interval
                UNION ALL SELECT min(start) * 3600000, NULL FROM account_hour
                UNION ALL SELECT NULL, min((SELECT max(start) + 1 FROM account_hour) * 3600000, (SELECT max(last_end) FROM session)))
            """
        );
        return statement.Step() && !statement.IsNull(0) && !statement.IsNull(1) ? (statement.Number(0), statement.Number(1) + 1) : null;
    }

    private long ReadChunk(Chunk chunk, long from, long to, long last, int most, CancellationToken cancellation)
    {
        chunk.Rows.Clear();
        _database.Execute("BEGIN");
        try
        {
            _readState.Step();
            long minutesFrom = _readState.Number(0);
            long samplesFrom = _readState.IsNull(1) ? long.MaxValue : _readState.Number(1);
            long epoch = _readState.Number(2);
            _readState.Reset();
            if (epoch != _knownEpoch)
            {
                _knownEpoch = epoch;
                _names.Clear();
                chunk.Forget();
            }

            // Of what is summed up nobody can tell any more what counted which part: the last session speaks for all.
            chunk.Source = (TrafficSourceKind)(_database.Ask("SELECT source FROM session ORDER BY id DESC LIMIT 1") ?? 0);
            var coverage = new Coverage(samplesFrom, minutesFrom);
            long next = from;
            while (next < to && chunk.Rows.Count < most)
            {
                cancellation.ThrowIfCancellationRequested();
                (long begin, long end) = chunk.IntervalAt(next, to, coverage);
                ReadInterval(chunk, begin, end, Math.Min(end, last), cancellation);
                next = end;
            }

            return next;
        }
        finally
        {
            _database.Execute("COMMIT");
        }
    }

    private void ReadInterval(Chunk chunk, long begin, long end, long shownEnd, CancellationToken cancellation)
    {
        chunk.Begin();
        AccountTotals account = ReadAccount(_readTailAccounts, begin, end);
        Add(chunk, _readTail, begin, end, cancellation);
        foreach (Coverage.Part part in Coverage.Cover(begin, end))
        {
            if (part.Period is { } period)
            {
                long first = part.From / period.Milliseconds;
                long after = part.To / period.Milliseconds;
                account += ReadAccount(_readAccount[period], first, after);
                Add(chunk, _readTraffic[period], first, after, cancellation);
            }
            else
            {
                account += ReadAccount(_readSampleAccounts, part.From, part.To);
                Add(chunk, _readSamples, part.From, part.To, cancellation);
            }
        }

        chunk.End(UnixTime.FromMilliseconds(shownEnd).ToLocalTime(), TimeSpan.FromMilliseconds(account.Duration), account.Samples > 0);
    }

    private static AccountTotals ReadAccount(Statement statement, long from, long to)
    {
        statement.Bind(from, to).Step();
        AccountTotals totals = AccountTotals.Read(statement, 0);
        statement.Reset();
        return totals;
    }

    private void Add(Chunk chunk, Statement statement, long from, long to, CancellationToken cancellation)
    {
        statement.Bind(from, to);
        try
        {
            int rows = 0;
            while (statement.Step())
            {
                chunk.Add(statement.Number(0), _names, CounterColumns.Read(statement, 1));
                if ((++rows & 0xFFF) == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }
            }
        }
        finally
        {
            statement.Reset();
        }
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (SqliteException e)
        {
            throw HistoryErrors.From(_path, e);
        }
    }
}

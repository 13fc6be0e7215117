using System.Runtime.InteropServices;

namespace ProcNet.History.Storage;

/// <summary>
/// Sums samples up by the minute, hour and day. What has been summed is known by the samples' numbers, which only grow, and not by their
/// times: so a clock that is put back, or a restart in the middle of a minute, has nothing summed twice or left out. A sample counts in
/// the minute, hour and day in which it began.
/// </summary>
internal sealed class Rollup : IDisposable
{
    private readonly Statement _readRolled;
    private readonly Statement _firstStart;
    private readonly Statement _readSamples;
    private readonly Statement _readAccounts;
    private readonly Statement _noteRolled;
    private readonly Statement _noteUse;
    private readonly Statement[] _addTraffic;
    private readonly Statement[] _addAccount;

    /// <summary>Takes the tables of a database that is open for writing.</summary>
    public Rollup(HistoryDatabase database)
    {
        _readRolled = database.Prepare("SELECT value FROM state WHERE name = 'rolled_up'");
        _firstStart = database.Prepare(
            "SELECT start FROM interval WHERE id > (SELECT value FROM state WHERE name = 'rolled_up') ORDER BY id LIMIT 1"
        );
        _readSamples = database.Prepare(
            $"SELECT i.start, s.subject, {CounterColumns.Names} FROM interval i JOIN sample s ON s.interval = i.id WHERE i.id > ?1"
        );
        _readAccounts = database.Prepare($"SELECT id, start, {AccountTotals.Columns} FROM interval WHERE id > ?1");
        _noteRolled = database.Prepare("UPDATE state SET value = ?1 WHERE name = 'rolled_up'");
        _noteUse = database.Prepare("UPDATE subject SET last_hour = ?2 WHERE id = ?1 AND last_hour < ?2");
        _addTraffic =
        [
            .. Period.All.Select(period =>
                database.Prepare(
                    $"INSERT INTO traffic_{period.Name} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT {CounterColumns.AddToRow}"
                )
            ),
        ];
        string sums = string.Join(
            ", ",
            AccountTotals.Columns.Split(", ").Select(static column => $"{column} = {column} + excluded.{column}")
        );
        string places = string.Join(", ", Enumerable.Range(1, AccountTotals.ColumnCount + 1).Select(static place => $"?{place}"));
        _addAccount =
        [
            .. Period.All.Select(period =>
                database.Prepare($"INSERT INTO account_{period.Name} VALUES ({places}) ON CONFLICT DO UPDATE SET {sums}")
            ),
        ];
    }

    /// <summary>Whether there are samples that are not summed up and that began in another minute than this moment is in.</summary>
    /// <param name="start">The moment, in milliseconds since 1970.</param>
    public bool IsDue(long start) => _firstStart.Scalar() is long first && Period.Minute.Of(first) != Period.Minute.Of(start);

    /// <summary>Sums up all samples that are not. Within a transaction.</summary>
    public void Run()
    {
        long rolled = _readRolled.Scalar() ?? 0;
        var traffic = new Dictionary<(long Start, long Subject), HistoryCounters>();
        _readSamples.Bind(rolled);
        while (_readSamples.Step())
        {
            // Of one minute, as a rule: what hours and days get is the same sums.
            Add(traffic, (Period.Minute.Of(_readSamples.Number(0)), _readSamples.Number(1)), CounterColumns.Read(_readSamples, 2));
        }

        var accounts = new Dictionary<long, AccountTotals>();
        long last = rolled;
        _readAccounts.Bind(rolled);
        while (_readAccounts.Step())
        {
            last = Math.Max(last, _readAccounts.Number(0));
            ref AccountTotals sum = ref CollectionsMarshal.GetValueRefOrAddDefault(
                accounts,
                Period.Minute.Of(_readAccounts.Number(1)),
                out _
            );
            sum += AccountTotals.Read(_readAccounts, 2);
        }

        for (int i = 0; i < Period.All.Count; i++)
        {
            long minutes = Period.All[i].Milliseconds / Period.Minute.Milliseconds;
            foreach (((long start, long subject), HistoryCounters sum) in traffic)
            {
                _addTraffic[i].Bind(Floor(start, minutes), subject, sum).Run();
            }

            foreach ((long start, AccountTotals sum) in accounts)
            {
                _addAccount[i].Bind([Floor(start, minutes), .. sum.Values]).Run();
            }
        }

        foreach ((long start, long subject) in traffic.Keys)
        {
            _noteUse.Bind(subject, Floor(start, 60)).Run();
        }

        _noteRolled.Bind(last).Run();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (
            Statement statement in (Statement[])
                [_readRolled, _firstStart, _readSamples, _readAccounts, _noteRolled, _noteUse, .. _addTraffic, .. _addAccount]
        )
        {
            statement.Dispose();
        }
    }

    private static long Floor(long start, long minutes) => (start - (((start % minutes) + minutes) % minutes)) / minutes;

    private static void Add<TKey>(Dictionary<TKey, HistoryCounters> sums, TKey key, HistoryCounters counters)
        where TKey : notnull
    {
        ref HistoryCounters sum = ref CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out bool isThere);
        sum = isThere ? sum + counters : counters;
    }
}

using Microsoft.Data.Sqlite;
using ProcNet.History.Storage;

namespace ProcNet.History.Tests;

/// <summary>A history in a folder of its own, and samples for it whose time is the test's.</summary>
internal sealed class TinyHistory : IDisposable
{
    /// <summary>When the first sample begins: the begin of an hour and of a day.</summary>
    public static readonly DateTime Begin = new(2026, 11, 1, 0, 0, 0, DateTimeKind.Utc);

    // In memory where that is to be had: thousands of commits would wait for the disk.
    private readonly string _folder = Directory
        .CreateDirectory(
            System.IO.Path.Combine(
                Directory.Exists("/dev/shm") ? "/dev/shm" : System.IO.Path.GetTempPath(),
                $"procnet-history-{Guid.NewGuid():N}"
            )
        )
        .FullName;

    public TinyHistory()
    {
        Path = System.IO.Path.Combine(_folder, "history.db");
        Library = new SqliteHistoryLibrary();
    }

    public IHistoryLibrary Library { get; }

    public string Path { get; }

    public string Folder => _folder;

    /// <summary>What the writer had to say.</summary>
    public List<Notice> Notices { get; } = [];

    public static HistoryIdentity Curl { get; } =
        new()
        {
            ProcessId = 42,
            StartTime = Begin.AddMinutes(-5),
            Name = "curl",
            UserName = "alice",
            Path = "/usr/bin/curl",
            Unit = "download.service",
        };

    public static HistoryIdentity Nginx { get; } =
        new()
        {
            ProcessId = 7,
            StartTime = Begin.AddDays(-3),
            Name = "nginx",
            UserName = "www-data",
            Path = "/usr/sbin/nginx",
            Unit = "nginx.service",
        };

    public static HistoryIdentity Kernel { get; } = new() { Category = TrafficCategory.Kernel };

    public IHistoryWriter OpenWriter(HistoryWriterOptions? options = null) =>
        Library.OpenWriter((options ?? new HistoryWriterOptions { Path = Path }) with { Path = Path }, Notices.Add);

    public List<ProcessTraffic> Read(HistoryQuery? query = null)
    {
        using IHistoryReader reader = Library.OpenReader(Path);
        return [.. reader.Read(query ?? new HistoryQuery(), TestContext.Current.CancellationToken).Cast<ProcessTraffic>()];
    }

    /// <summary>All bytes of a history.</summary>
    public long Total(string? path = null)
    {
        using IHistoryReader reader = Library.OpenReader(path ?? Path);
        return reader.Read(new HistoryQuery(), TestContext.Current.CancellationToken).Cast<ProcessTraffic>().Sum(row => row.TotalBytes);
    }

    /// <summary>The file, opened by somebody else.</summary>
    public SqliteConnection Connect(SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = Path,
                Mode = mode,
                Pooling = false,
            }.ConnectionString
        );
        connection.Open();
        return connection;
    }

    public List<TrafficHistoryHour> Check(DateTime from, DateTime to)
    {
        using IHistoryReader reader = Library.OpenReader(Path);
        return [.. reader.Check(from, to, TestContext.Current.CancellationToken)];
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static HistoryEntry Entry(HistoryIdentity identity, long sent, long received, HistoryEndpoint? endpoint = null) =>
        new(identity, endpoint, new HistoryCounters(sent, received, sent / 100, received / 100, 1, OwnerEvidence.KernelFeed));
}

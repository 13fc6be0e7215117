namespace ProcNet.History.Storage;

/// <summary>
/// The tables. docs/history.md describes them for those who ask with SQL. Times are UTC: an interval's in milliseconds since 1970, the
/// others' in whole minutes, hours and days since 1970. Where there is no text, process, or end, its number is 0.
/// </summary>
internal static class Schema
{
    /// <summary>Stands in the file's header, and tells a history from other databases: "PrNt".</summary>
    public const int ApplicationId = 0x50724E74;

    private const string Counters = """
        sent_bytes INTEGER NOT NULL, received_bytes INTEGER NOT NULL, sent_packets INTEGER NOT NULL, received_packets INTEGER NOT NULL,
        flows INTEGER NOT NULL, evidence INTEGER NOT NULL
        """;

    private const string Accounts = """
        duration INTEGER NOT NULL, samples INTEGER NOT NULL, kept_bytes INTEGER NOT NULL, kept_packets INTEGER NOT NULL,
        accounted_samples INTEGER NOT NULL, bytes INTEGER NOT NULL, packets INTEGER NOT NULL, captured_bytes INTEGER NOT NULL,
        dropped_packets INTEGER NOT NULL, interface_dropped_packets INTEGER NOT NULL,
        interface_samples INTEGER NOT NULL, interface_bytes INTEGER NOT NULL, interface_packets INTEGER NOT NULL
        """;

    /// <summary>
    /// What makes the tables of version 1, 2, … out of those of the version before. Never changed once released: added
    /// to.
    /// </summary>
    public static IReadOnlyList<string> Steps { get; } =
    [
        $"""
            CREATE TABLE state(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            INSERT INTO state VALUES ('rolled_up', 0), ('minutes_from', 0), ('hours_from', 0), ('days_from', 0), ('names_removed', 0), ('aged_until', 0), ('cleaned_at', 0);

            CREATE TABLE text(id INTEGER PRIMARY KEY, value TEXT NOT NULL UNIQUE) STRICT;
            INSERT INTO text VALUES (0, '');

            CREATE TABLE process(
                id INTEGER PRIMARY KEY, category INTEGER NOT NULL, process_id INTEGER NOT NULL, start_time INTEGER NOT NULL,
                name INTEGER NOT NULL REFERENCES text, user_name INTEGER NOT NULL REFERENCES text, path INTEGER NOT NULL REFERENCES text,
                command_line INTEGER NOT NULL REFERENCES text, unit INTEGER NOT NULL REFERENCES text, slice INTEGER NOT NULL REFERENCES text,
                container INTEGER NOT NULL REFERENCES text, network_namespace INTEGER NOT NULL) STRICT;
            CREATE INDEX process_key ON process(process_id, start_time, category, name);

            CREATE TABLE endpoint(
                id INTEGER PRIMARY KEY, address BLOB NOT NULL, protocol INTEGER NOT NULL, port INTEGER NOT NULL, UNIQUE(address, protocol, port)) STRICT;
            INSERT INTO endpoint VALUES (0, x'', 0, 0);

            CREATE TABLE subject(
                id INTEGER PRIMARY KEY, process INTEGER NOT NULL REFERENCES process, endpoint INTEGER NOT NULL REFERENCES endpoint,
                last_hour INTEGER NOT NULL, UNIQUE(process, endpoint)) STRICT;

            CREATE TABLE session(
                id INTEGER PRIMARY KEY, host INTEGER NOT NULL REFERENCES text, boot_id TEXT NOT NULL, source INTEGER NOT NULL,
                version TEXT NOT NULL, started INTEGER NOT NULL, last_end INTEGER NOT NULL, is_closed INTEGER NOT NULL) STRICT;

            CREATE TABLE interval(
                id INTEGER PRIMARY KEY AUTOINCREMENT, session INTEGER NOT NULL REFERENCES session, start INTEGER NOT NULL, {Accounts}) STRICT;
            CREATE TABLE sample(interval INTEGER NOT NULL, subject INTEGER NOT NULL, {Counters}, PRIMARY KEY(interval, subject)) STRICT, WITHOUT ROWID;
            CREATE TABLE traffic_minute(start INTEGER NOT NULL, subject INTEGER NOT NULL, {Counters}, PRIMARY KEY(start, subject)) STRICT, WITHOUT ROWID;
            CREATE TABLE traffic_hour(start INTEGER NOT NULL, subject INTEGER NOT NULL, {Counters}, PRIMARY KEY(start, subject)) STRICT, WITHOUT ROWID;
            CREATE TABLE traffic_day(start INTEGER NOT NULL, subject INTEGER NOT NULL, {Counters}, PRIMARY KEY(start, subject)) STRICT, WITHOUT ROWID;
            CREATE TABLE account_minute(start INTEGER PRIMARY KEY, {Accounts}) STRICT;
            CREATE TABLE account_hour(start INTEGER PRIMARY KEY, {Accounts}) STRICT;
            CREATE TABLE account_day(start INTEGER PRIMARY KEY, {Accounts}) STRICT;
            CREATE TABLE gap(id INTEGER PRIMARY KEY, start INTEGER NOT NULL, "end" INTEGER NOT NULL, reason INTEGER NOT NULL) STRICT;

            CREATE VIEW hourly AS
                SELECT datetime(t.start * 3600, 'unixepoch') AS hour, NULLIF(p.process_id, 0) AS process_id, n.value AS name, u.value AS user_name,
                       x.value AS path, i.value AS unit, c.value AS container, p.category, t.sent_bytes, t.received_bytes,
                       t.sent_packets, t.received_packets
                FROM traffic_hour t JOIN subject s ON s.id = t.subject JOIN process p ON p.id = s.process JOIN text n ON n.id = p.name
                JOIN text u ON u.id = p.user_name JOIN text x ON x.id = p.path JOIN text i ON i.id = p.unit JOIN text c ON c.id = p.container;
            """,
    ];
}

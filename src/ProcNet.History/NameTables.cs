using ProcNet.Addresses;

namespace ProcNet.History.Storage;

/// <summary>
/// Gives each name, process, and end its number, and makes one for what is new. What is asked for often is kept in
/// memory.
/// </summary>
internal sealed class NameTables : IDisposable
{
    // What is in use now; what was is found again in the tables.
    private const int MostKept = 20_000;

    private readonly Dictionary<string, long> _texts = [];
    private readonly Dictionary<(HistoryIdentity Identity, HistoryEndpoint? Endpoint), long> _subjects = [];
    private readonly Statement _findText;
    private readonly Statement _addText;
    private readonly Statement _findProcess;
    private readonly Statement _addProcess;
    private readonly Statement _findEndpoint;
    private readonly Statement _addEndpoint;
    private readonly Statement _findSubject;
    private readonly Statement _addSubject;
    private readonly Statement _epoch;
    private long _knownEpoch;

    /// <summary>Takes the tables of a database that is open for writing.</summary>
    public NameTables(HistoryDatabase database)
    {
        _findText = database.Prepare("SELECT id FROM text WHERE value = ?1");
        _addText = database.Prepare("INSERT INTO text(value) VALUES (?1) RETURNING id");
        _findProcess = database.Prepare(
            """
            SELECT id FROM process WHERE process_id = ?2 AND start_time = ?3 AND category = ?1 AND name = ?4 AND user_name = ?5 AND path = ?6
                AND command_line = ?7 AND unit = ?8 AND slice = ?9 AND container = ?10 AND network_namespace = ?11
            """
        );
        _addProcess = database.Prepare(
            """
            INSERT INTO process(category, process_id, start_time, name, user_name, path, command_line, unit, slice, container, network_namespace)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) RETURNING id
            """
        );
        _findEndpoint = database.Prepare("SELECT id FROM endpoint WHERE protocol = ?1 AND port = ?2 AND address = ?3");
        _addEndpoint = database.Prepare("INSERT INTO endpoint(protocol, port, address) VALUES (?1, ?2, ?3) RETURNING id");
        _findSubject = database.Prepare("SELECT id FROM subject WHERE process = ?1 AND endpoint = ?2");
        _addSubject = database.Prepare("INSERT INTO subject(process, endpoint, last_hour) VALUES (?1, ?2, ?3) RETURNING id");
        _epoch = database.Prepare("SELECT value FROM state WHERE name = 'names_removed'");
    }

    /// <summary>Begins a transaction: what another process has removed is known no more.</summary>
    public void Begin()
    {
        long epoch = _epoch.Scalar() ?? 0;
        if (epoch != _knownEpoch || _subjects.Count > MostKept || _texts.Count > MostKept)
        {
            Forget();
        }

        _knownEpoch = epoch;
    }

    /// <summary>Forgets what was given: the transaction that made it was undone.</summary>
    public void Forget()
    {
        _texts.Clear();
        _subjects.Clear();
    }

    /// <summary>The number of who with whom.</summary>
    /// <param name="identity">Who.</param>
    /// <param name="endpoint">With whom.</param>
    /// <param name="hour">The hour that it was seen in.</param>
    public long SubjectOf(HistoryIdentity identity, HistoryEndpoint? endpoint, long hour)
    {
        if (!_subjects.TryGetValue((identity, endpoint), out long id))
        {
            long process = ProcessOf(identity);
            long end = endpoint is { } known ? EndpointOf(known) : 0;
            id = _findSubject.Bind(process, end).Scalar() ?? _addSubject.Bind(process, end, hour).Scalar()!.Value;
            _subjects.Add((identity, endpoint), id);
        }

        return id;
    }

    /// <summary>The number of a text; 0 for none.</summary>
    public long TextOf(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }

        if (!_texts.TryGetValue(text, out long id))
        {
            id = _findText.Bind(1, text).Scalar() ?? _addText.Bind(1, text).Scalar()!.Value;
            _texts.Add(text, id);
        }

        return id;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (
            Statement statement in (Statement[])
                [_findText, _addText, _findProcess, _addProcess, _findEndpoint, _addEndpoint, _findSubject, _addSubject, _epoch]
        )
        {
            statement.Dispose();
        }
    }

    private long ProcessOf(HistoryIdentity who)
    {
        ReadOnlySpan<long> values =
        [
            (long)who.Category,
            who.ProcessId ?? 0,
            UnixTime.Microseconds(who.StartTime),
            TextOf(who.Name),
            TextOf(who.UserName),
            TextOf(who.Path),
            TextOf(who.CommandLine),
            TextOf(who.Unit),
            TextOf(who.Slice),
            TextOf(who.Container),
            who.NetworkNamespace ?? 0,
        ];
        return _findProcess.Bind(values).Scalar() ?? _addProcess.Bind(values).Scalar()!.Value;
    }

    private long EndpointOf(in HistoryEndpoint endpoint)
    {
        byte[] address = endpoint.Address is AddressValue value ? value.ToIPAddress().GetAddressBytes() : [];
        ReadOnlySpan<long> values = [(long)endpoint.Protocol, endpoint.Port];
        return _findEndpoint.Bind(values).Bind(3, address).Scalar() ?? _addEndpoint.Bind(values).Bind(3, address).Scalar()!.Value;
    }
}

using System.Net;
using ProcNet.Addresses;

namespace ProcNet.History.Storage;

/// <summary>Finds who and with whom by their number. What was found is kept for as long as a question lasts.</summary>
internal sealed class SubjectNames : IDisposable
{
    private readonly Dictionary<long, (HistoryIdentity Identity, HistoryEndpoint? Endpoint)> _known = [];
    private readonly Dictionary<long, string> _texts = [];
    private readonly Statement _find;
    private readonly Statement _findText;

    /// <summary>Takes the tables of an open database.</summary>
    public SubjectNames(HistoryDatabase database)
    {
        _find = database.Prepare(
            """
            SELECT p.category, p.process_id, p.start_time, p.name, p.user_name, p.path, p.command_line, p.unit, p.slice, p.container,
                   p.network_namespace, s.endpoint, e.protocol, e.port, e.address
            FROM subject s JOIN process p ON p.id = s.process JOIN endpoint e ON e.id = s.endpoint WHERE s.id = ?1
            """
        );
        _findText = database.Prepare("SELECT value FROM text WHERE id = ?1");
    }

    /// <summary>Who, and with whom; a nameless process where the names are gone (they were removed while the question was asked).</summary>
    public (HistoryIdentity Identity, HistoryEndpoint? Endpoint) Find(long subject)
    {
        if (!_known.TryGetValue(subject, out (HistoryIdentity Identity, HistoryEndpoint? Endpoint) found))
        {
            found = Read(subject);
            _known.Add(subject, found);
        }

        return found;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _known.Clear();
        _texts.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _find.Dispose();
        _findText.Dispose();
    }

    private (HistoryIdentity, HistoryEndpoint?) Read(long subject)
    {
        if (!_find.Bind(subject).Step())
        {
            return (new HistoryIdentity(), null);
        }

        HistoryEndpoint? endpoint =
            _find.Number(11) == 0
                ? null
                : new HistoryEndpoint(
                    _find.Bytes(14) is { IsEmpty: false } address ? AddressValue.From(new IPAddress(address)) : null,
                    (TransportProtocol)_find.Number(12),
                    (int)_find.Number(13)
                );
        long start = _find.Number(2);
        var identity = new HistoryIdentity
        {
            Category = (TrafficCategory)_find.Number(0),
            ProcessId = _find.Number(1) is > 0 and long id ? (int)id : null,
            StartTime = start == 0 ? null : DateTime.UnixEpoch.AddTicks(start * TimeSpan.TicksPerMicrosecond),
            Name = Text(_find.Number(3)),
            UserName = Text(_find.Number(4)),
            Path = Text(_find.Number(5)),
            CommandLine = Text(_find.Number(6)),
            Unit = Text(_find.Number(7)),
            Slice = Text(_find.Number(8)),
            Container = Text(_find.Number(9)),
            NetworkNamespace = _find.Number(10) is not 0 and long inode ? inode : null,
        };
        _find.Reset();
        return (identity, endpoint);
    }

    private string? Text(long id)
    {
        if (id == 0)
        {
            return null;
        }

        if (!_texts.TryGetValue(id, out string? text))
        {
            text = _findText.Bind(id).Step() ? _findText.Text(0) : "";
            _findText.Reset();
            _texts.Add(id, text);
        }

        return text;
    }
}

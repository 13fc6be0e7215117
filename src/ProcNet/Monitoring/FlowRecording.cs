using ProcNet.Attribution;
using ProcNet.OwnerLookup;
using ProcNet.Processes;
using ProcNet.Sources;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>The file of a live capture: who writes it, and who finds the owners that go into it.</summary>
internal sealed class FlowRecording : IDisposable
{
    // How long a file may stand still at the end before it is given up: nobody waits for a server that does not answer.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly IProcessTable _processes;
    private readonly FlowLabels? _labels;
    private IReadOnlyList<RecordedFlow> _last = [];

    /// <summary>Prepares it.</summary>
    /// <param name="files">Where to write, from now on this object's own.</param>
    /// <param name="measurement">Whose packets, and whether with owners.</param>
    /// <param name="search">Finds owners.</param>
    /// <param name="processes">Describes them; from now on this object's own.</param>
    /// <param name="notify">Takes notices.</param>
    public FlowRecording(
        SavefileSeries files,
        LiveMeasurement measurement,
        IOwnerSearch search,
        IProcessTable processes,
        Action<Notice> notify
    )
    {
        _processes = processes;
        bool writesOwners = measurement.WritesOwners && files.Writer.TakesOwners;
        if (writesOwners || measurement.Selection is not null)
        {
            _labels = new FlowLabels(search, new ProcessDescriptions(processes), measurement.Selection, writesOwners);
        }

        Recorder = new PacketRecorder(files, _labels, notify);
    }

    /// <summary>Takes the packets.</summary>
    public PacketRecorder Recorder { get; }

    /// <summary>Begins to write what a source counts.</summary>
    /// <exception cref="ProcNetException">The file cannot be written.</exception>
    public void Start(ITrafficSource source)
    {
        if (source is IRecordableSource recordable)
        {
            _labels?.Attach(recordable);
        }

        Recorder.Start();
    }

    /// <summary>Takes over conversations that are over, whose owners are resolved for good.</summary>
    public void Add(List<AttributedFlow> rows)
    {
        if (_labels is not null)
        {
            Recorder.AddFlows(_labels.Resolve(rows));
        }
    }

    /// <summary>Takes over the conversations of the end; <see cref="Dispose"/> writes them.</summary>
    public void Complete(List<AttributedFlow> rows) => _last = _labels?.Resolve(rows) ?? [];

    /// <summary>Ends a file that never began.</summary>
    public void Abandon()
    {
        Recorder.Abandon();
        _labels?.Dispose();
        _processes.Dispose();
    }

    /// <summary>Writes everything and ends the file.</summary>
    public void Dispose()
    {
        Recorder.Finish(s_patience, _last);
        _labels?.Dispose();
        _processes.Dispose();
    }
}

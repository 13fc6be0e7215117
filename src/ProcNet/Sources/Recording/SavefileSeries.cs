using System.Globalization;
using ProcNet.Flows;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Sources.Recording;

/// <summary>
/// The file that packets are written to, or one after the other a ring of them, named as dumpcap names its own:
/// <c>name_00001_20261128143000.pcapng</c>. Used from one thread at a time.
/// </summary>
internal sealed class SavefileSeries
{
    private readonly RecordingOptions _options;
    private readonly SavefileDescription _description;
    private readonly List<(TrafficInterface Captured, int SnapLength)> _interfaces = [];
    private readonly Queue<string> _paths = new();
    private long _begunAt;
    private int _number;

    /// <summary>Opens the first file, which stays as it is until <see cref="Begin"/>.</summary>
    /// <param name="options">What to write where.</param>
    /// <param name="cancellation">Ends the waiting for somebody who reads a pipe.</param>
    /// <exception cref="ProcNetException">It is there and may not be replaced, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public SavefileSeries(RecordingOptions options, CancellationToken cancellation)
    {
        _options = options;
        _description = new SavefileDescription { Filter = options.Filter };
        Writer = Open(cancellation);
    }

    /// <summary>The file that is written now.</summary>
    public SavefileWriter Writer { get; private set; }

    /// <summary>Declares an interface in this file and in all that follow.</summary>
    /// <exception cref="ProcNetException">The format cannot hold interfaces of different link types in one file.</exception>
    public void AddInterface(TrafficInterface captured, int snapLength)
    {
        Writer.AddInterface(captured, snapLength);
        _interfaces.Add((captured, snapLength));
    }

    /// <summary>Takes the place of what the first file held.</summary>
    /// <exception cref="ProcNetException">The file cannot be written.</exception>
    public void Begin()
    {
        Writer.Begin();
        _begunAt = Environment.TickCount64;
        try
        {
            // A file that is looked at meanwhile is a capture from its first moment.
            Writer.Flush();
        }
        catch (IOException e)
        {
            throw SavefileTarget.CannotWrite(Writer.Path, e);
        }
    }

    /// <summary>Whether the file has reached its size.</summary>
    public bool IsFull => _options.RotateSize is { } most && Writer.Length >= most;

    /// <summary>Whether the file has been written for its time.</summary>
    public bool IsOver => _options.RotateInterval is { } most && Environment.TickCount64 - _begunAt >= most.TotalMilliseconds;

    /// <summary>Ends the file, which is whole, and begins the next one; the oldest goes where there are too many.</summary>
    /// <exception cref="IOException">The file cannot take its end.</exception>
    /// <exception cref="ProcNetException">The next file cannot be made.</exception>
    public void Next()
    {
        Writer.Dispose();
        if (_options.FileCount is { } most && _paths.Count >= most)
        {
            File.Delete(_paths.Dequeue());
        }

        Writer = Open(CancellationToken.None);
        foreach ((TrafficInterface captured, int snapLength) in _interfaces)
        {
            Writer.AddInterface(captured, snapLength);
        }

        Begin();
    }

    private SavefileWriter Open(CancellationToken cancellation)
    {
        string path = NextPath();
        SavefileWriter writer = SavefileWriter.Create(path, _options.Overwrite, _description, cancellation);
        if (_options.Rotates)
        {
            _paths.Enqueue(path);
        }

        return writer;
    }

    private string NextPath()
    {
        if (!_options.Rotates)
        {
            return _options.Path;
        }

        string extension = Path.GetExtension(_options.Path);
        string name = Path.ChangeExtension(_options.Path, null);
        return string.Create(CultureInfo.InvariantCulture, $"{name}_{++_number:00000}_{DateTime.Now:yyyyMMddHHmmss}{extension}");
    }
}

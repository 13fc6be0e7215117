using ProcNet.Linux;

namespace ProcNet.Capture.Handles;

/// <summary>Hands what comes after the start to a thread that waits in poll(2). Thread-safe.</summary>
internal sealed class LateArrivals<T> : IDisposable
{
    private readonly WakeEvent _news = new();
    private readonly Lock _gate = new();
    private List<T> _waiting = [];

    /// <summary>The descriptor that is readable while something waits.</summary>
    public int Descriptor => _news.Descriptor;

    /// <summary>Hands something over.</summary>
    public void Add(T item)
    {
        lock (_gate)
        {
            _waiting.Add(item);
        }

        _news.Signal();
    }

    /// <summary>Takes all that waits.</summary>
    public IReadOnlyList<T> Take()
    {
        _news.Reset();
        lock (_gate)
        {
            List<T> taken = _waiting;
            _waiting = [];
            return taken;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _news.Dispose();
}

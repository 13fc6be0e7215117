using System.Diagnostics;
using ProcNet.Attribution;
using ProcNet.Sockets;

namespace ProcNet.OwnerLookup;

/// <summary>Reads whole socket tables into a register. Used by one thread.</summary>
internal sealed class TableReading
{
    private const int BatchSize = 512;
    private static readonly TimeSpan s_leastBetweenRawReads = TimeSpan.FromMilliseconds(10);

    private readonly LookupNamespaces _namespaces;
    private readonly SocketRegister _register;
    private readonly CancellationToken _stop;
    private long _rawReadAt;

    /// <summary>Prepares to read.</summary>
    /// <param name="namespaces">Whose tables.</param>
    /// <param name="register">Takes what they show.</param>
    /// <param name="stop">Ends a long reading.</param>
    public TableReading(LookupNamespaces namespaces, SocketRegister register, CancellationToken stop)
    {
        _stop = stop;
        _namespaces = namespaces;
        _register = register;
    }

    /// <summary>How long to wait between two calls of <see cref="ReadRaw"/>, at least.</summary>
    public static TimeSpan LeastBetweenRawReads => s_leastBetweenRawReads;

    /// <summary>Whether it is not too soon for <see cref="ReadRaw"/>.</summary>
    public bool IsRawDue => Stopwatch.GetElapsedTime(_rawReadAt) >= s_leastBetweenRawReads;

    /// <summary>Reads the tables of the captured namespace and of others.</summary>
    /// <param name="others">The others; those that are not known are left out.</param>
    public void ReadAll(IReadOnlyCollection<long> others)
    {
        using (ISocketTable table = _namespaces.OpenOwnTable())
        {
            Read(table);
        }

        foreach (long networkNamespace in others)
        {
            if (networkNamespace != _namespaces.View.CaptureNamespace && _namespaces.TableOf(networkNamespace) is { } table)
            {
                TryRead(() => Read(table));
            }
        }
    }

    /// <summary>
    /// Reads the captured namespace's ping and raw sockets: a ping may have ended long before owners are resolved, and the kernel answers
    /// no query for one socket.
    /// </summary>
    /// <param name="found">Takes each.</param>
    public void ReadRaw(Action<SocketObservation> found)
    {
        ISocketTable table = _namespaces.OwnTable;
        List<SocketObservation> observations = [];
        long now = Clock.Now;
        TryRead(() =>
            table.ReadRaw(
                (in SocketRow row) =>
                {
                    if (!row.Protocol.HasPorts())
                    {
                        observations.Add(new SocketObservation(table.NetworkNamespace, now, row));
                    }

                    return true;
                }
            )
        );
        observations.ForEach(found);
        _rawReadAt = Stopwatch.GetTimestamp();
    }

    private static void TryRead(Action read)
    {
        try
        {
            read();
        }
        catch (ProcNetException e) when (e.Error is ProcNetError.SocketTableUnavailable or ProcNetError.NetworkNamespaceUnavailable)
        {
            // The namespace ended while it was asked: what was seen before stands.
        }
    }

    private void Read(ISocketTable table)
    {
        long networkNamespace = table.NetworkNamespace;
        long now = Clock.Now;
        List<SocketObservation> batch = new(BatchSize);
        table.ReadAll(
            (in SocketRow row) =>
            {
                batch.Add(new SocketObservation(networkNamespace, now, row));
                if (batch.Count == BatchSize)
                {
                    Record(batch);
                }

                return !_stop.IsCancellationRequested;
            }
        );
        Record(batch);
    }

    private void Record(List<SocketObservation> batch)
    {
        lock (_register.Gate)
        {
            foreach (SocketObservation observation in batch)
            {
                _register.Record(observation);
            }
        }

        batch.Clear();
    }
}

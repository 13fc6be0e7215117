using ProcNet.Interfaces;
using ProcNet.Sources;
using ProcNet.Text;

namespace ProcNet.Capture.Live;

/// <summary>
/// Has interfaces captured that come up after the start: a VPN, a container's veth, one that returns under its name. Closes the handles of
/// those that went.
/// </summary>
internal sealed class InterfaceFollower : IDisposable
{
    // Whoever makes and removes interfaces for ever must not fill the table of flows with their names.
    private const int MostLate = 16384;

    // The counting thread waits for a handle no more by then.
    private const int CloseAfterMilliseconds = 2_000;

    private readonly LiveCaptureOptions _options;
    private readonly Func<LinkInterface, CapturedInterface> _open;
    private readonly Action<Notice> _notify;
    private readonly Dictionary<int, CapturedInterface?> _known = [];
    private readonly List<CapturedInterface> _gone = [];
    private readonly Lock _gate = new();
    private NetworkWatch? _watch;
    private int _late;
    private bool _isDisposed;

    private InterfaceFollower(
        LiveCaptureOptions options,
        IEnumerable<CapturedInterface> captured,
        Func<LinkInterface, CapturedInterface> open,
        Action<Notice> notify
    )
    {
        _options = options;
        _open = open;
        _notify = notify;
        foreach (LinkInterface link in options.Interfaces)
        {
            // What could not be captured is told of already.
            _known[link.Index] = null;
        }

        foreach (CapturedInterface one in captured)
        {
            _known[one.Described.Index] = one;
        }
    }

    /// <summary>Begins; null where the kernel does not tell.</summary>
    public static InterfaceFollower? TryStart(
        LiveCaptureOptions options,
        IEnumerable<CapturedInterface> captured,
        Func<LinkInterface, CapturedInterface> open,
        Action<Notice> notify
    )
    {
        var follower = new InterfaceFollower(options, captured, open, notify);
        follower._watch = NetworkWatch.TryStart(options.NetworkNamespacePath, follower.Look, static _ => { });
        if (follower._watch is null)
        {
            return null;
        }

        // What came between the choice and now.
        follower.Look();
        return follower;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
        }

        _watch?.Dispose();
    }

    private void Look()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            try
            {
                ForgetGone();
                foreach (LinkInterface link in _options.Follow!(InterfaceReader.ReadLinks(_options.NetworkNamespacePath)))
                {
                    if (!_known.ContainsKey(link.Index))
                    {
                        _known[link.Index] = TryOpen(link);
                    }
                }
            }
            catch (ProcNetException e)
            {
                // The namespace has gone, or the kernel does not answer: the next change is another occasion.
                _notify(new Notice(NoticeKind.InterfaceSkipped, $"Whether interfaces came meanwhile cannot be seen. {e.Message}"));
            }
        }
    }

    private CapturedInterface? TryOpen(LinkInterface link)
    {
        if (_late >= MostLate)
        {
            return null;
        }

        if (_options.Recorder is not null)
        {
            Skip(link, "It came after the start, and the file that is written has no place for it.");
            return null;
        }

        try
        {
            CapturedInterface captured = _open(link);
            if (++_late == MostLate)
            {
                Skip(link, "More interfaces came since the start than are counted: those that come from now on are not captured.");
            }

            return captured;
        }
        catch (ProcNetException e)
        {
            Skip(link, e.Message);
            return null;
        }
    }

    private void Skip(LinkInterface link, string why) =>
        _notify(new Notice(NoticeKind.InterfaceSkipped, $"'{OutsideText.Sanitize(link.Name)}' is not captured. {why}"));

    /// <summary>An interface that was removed may come back with its index; its handle is of no use any more.</summary>
    private void ForgetGone()
    {
        foreach ((int index, CapturedInterface? captured) in _known)
        {
            if (captured is { State: InterfaceState.Lost })
            {
                // Removing what the enumerator stands on is allowed (Dictionary, since .NET Core 3.0).
                _known.Remove(index);
                _gone.Add(captured);
            }
        }

        _gone.RemoveAll(static captured =>
        {
            bool isOver = Environment.TickCount64 - captured.StateSince > CloseAfterMilliseconds;
            if (isOver)
            {
                captured.CloseHandle();
            }

            return isOver;
        });
    }
}

using System.Runtime.ExceptionServices;
using ProcNet.Presentation;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Serves a screen while the pipeline's own thread is held by a command of somebody else's (Invoke-Command waits for other hosts): keys are
/// obeyed then too. It keeps away as long as that thread serves the screen itself.
/// </summary>
internal sealed class ScreenStandIn : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    private readonly ITrafficScreen _screen;
    private readonly Timer _timer;
    private volatile ExceptionDispatchInfo? _failure;
    private int _isBusy;

    public ScreenStandIn(ITrafficScreen screen)
    {
        _screen = screen;
        _timer = new Timer(_ => Serve(), null, s_interval, s_interval);
    }

    /// <summary>Throws what went wrong on the other thread, on this one.</summary>
    public void Check() => _failure?.Throw();

    public void Dispose() => _timer.Dispose();

    private void Serve()
    {
        if (_failure is not null || Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            return;
        }

        try
        {
            if (!_screen.IsServed)
            {
                _screen.Tick(isStandIn: true);
            }
        }
        catch (Exception e)
        {
            // Unhandled here it would end the whole PowerShell process; the pipeline's thread throws it at the next row.
            _failure = ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            Volatile.Write(ref _isBusy, 0);
        }
    }
}

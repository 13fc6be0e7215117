using System.Diagnostics;
using System.Management.Automation;
using ProcNet.Linux;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// What the cmdlets share: they can be stopped at any moment, the core's expected failures become error records,
/// and notices from other threads become warnings on this one.
/// </summary>
public abstract class ProcNetCommand : PSCmdlet, IDisposable
{
    // How often a waiting cmdlet looks for notices and refreshes its progress. Being stopped does not wait for it.
    private const int SliceMilliseconds = 200;

    // The same where a screen waits for keys.
    private const int ScreenSliceMilliseconds = 50;

    // Cmdlet.PipelineStopToken (PowerShell 7.6) replaces this source, StopProcessing and Dispose
    // as soon as the compile-time reference knows it; PowerShellStandard.Library 5.1.1 does not.
    private readonly CancellationTokenSource _stopping = new();
    private readonly NoticeLog _notices = new();
    private readonly HashSet<NoticeKind> _warned = [];

    private protected ProcNetCommand() { }

    /// <summary>Is cancelled when the user stops the pipeline.</summary>
    private protected CancellationToken StopToken => _stopping.Token;

    /// <summary>Takes notices from any thread; they are shown as warnings when this thread comes round to it.</summary>
    private protected Action<Notice> Notify => _notices.Add;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Guard(Collect);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Guard(Run);

    /// <summary>Called on another thread when the user stops the pipeline: cancels and returns.</summary>
    protected override void StopProcessing()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The cmdlet ended by itself at this moment: there is nothing left to stop.
        }
    }

    /// <summary>
    /// Frees what the cmdlet holds. Called by the engine after the last method returned, also when the pipeline was
    /// stopped.
    /// </summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stopping.Dispose();
        }
    }

    /// <summary>Takes one object from the pipeline; called once without input when nothing is piped.</summary>
    private protected virtual void Collect() { }

    /// <summary>Does the work once all input is there.</summary>
    private protected virtual void Run() { }

    /// <summary>
    /// Waits for a task or a moment, showing notices and progress; ends at once with an exception when the pipeline is
    /// stopped.
    /// </summary>
    /// <param name="task">What is waited for; never faults.</param>
    /// <param name="until">The moment, in <see cref="Stopwatch"/> ticks.</param>
    /// <param name="onTick">Called at least every 200 ms with the time that remains.</param>
    /// <param name="key">A key that ends the waiting; null for none.</param>
    /// <returns>Whether the task ended.</returns>
    private protected bool WaitFor(Task task, long until, Action<TimeSpan>? onTick = null, StopKey? key = null)
    {
        while (!task.IsCompleted)
        {
            if (key?.Poll() == true)
            {
                return false;
            }

            WriteNotices();
            TimeSpan remaining = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), until);
            if (remaining <= TimeSpan.Zero)
            {
                return false;
            }

            onTick?.Invoke(remaining);
            PipelineScreen? screen = PipelineScreen.Current;
            screen?.Tick();
            if (screen is { IsLeft: true })
            {
                // Nobody looks any more: what is measured may end as if by itself.
                return true;
            }

            int slice = screen is null ? SliceMilliseconds : ScreenSliceMilliseconds;
            task.Wait((int)Math.Ceiling(Math.Min(remaining.TotalMilliseconds, slice)), StopToken);
        }

        return true;
    }

    /// <summary>Writes what other threads had to say as warnings.</summary>
    private protected void WriteNotices(NoticeLog? log = null)
    {
        IReadOnlyList<Notice> taken = (log ?? _notices).TakeAll(out long lost);
        foreach (Notice notice in taken)
        {
            _warned.Add(notice.Kind);
            Warn(notice.Message);
        }

        if (lost > 0)
        {
            Warn($"{lost} more warnings of the same measurement were not kept.");
        }
    }

    /// <summary>Writes a warning, or has the screen show it that the pipeline ends in.</summary>
    private protected void Warn(string message)
    {
        if (PipelineScreen.Current is { } screen)
        {
            screen.Say(message);
        }
        else
        {
            WriteWarning(message);
        }
    }

    /// <summary>Whether a warning of this kind was shown.</summary>
    private protected bool HasWarned(NoticeKind kind) => _warned.Contains(kind);

    /// <summary>Writes an expected failure of the core; the cmdlet goes on.</summary>
    private protected void WriteFailure(ProcNetException failure) => WriteError(ErrorRecords.From(failure));

    private void Guard(Action body)
    {
        try
        {
            body();
            WriteNotices();
        }
        catch (ProcNetException failure)
        {
            WriteNotices();
            ThrowTerminatingError(ErrorRecords.From(failure));
        }
        catch (IOException failure) when (ResourceShortage.IsMeantBy(failure))
        {
            WriteNotices();
            ThrowTerminatingError(ErrorRecords.From(ResourceShortage.Of(failure)));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The user stopped the pipeline; the engine reports that itself.
        }
    }
}

using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ProcNet.Screen;

/// <summary>
/// The console's terminal, with its second buffer in place of what the user sees otherwise. However PowerShell ends, the user gets that
/// back: by <see cref="Dispose"/>, by the signals that ask it to end, and by a <see cref="TerminalGuard"/> where it is killed.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ConsoleTerminal : ITerminal
{
    // Second buffer, no cursor, no line wraps by itself; and all that undone. What an unfinished picture may have begun is ended first.
    private const string EnterSequence = "\e[?1049h\e[?25l\e[?7l\e[2J";
    private const string LeaveSequence = "\e[?2026l\e[0m\e[?7h\e[?25h\e[?1049l";

    private readonly Lock _gate = new();
    private readonly bool _hasKeys;
    private readonly PosixSignalRegistration[] _signals;
    private readonly TerminalGuard _guard;
    private bool _isEntered;
    private bool _isDisposed;
    private bool _wasLost;

    public ConsoleTerminal(bool hasKeys)
    {
        _hasKeys = hasKeys;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Leave()),
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => Leave()),
            PosixSignalRegistration.Create(PosixSignal.SIGQUIT, _ => Leave()),
            PosixSignalRegistration.Create(PosixSignal.SIGTSTP, _ => Leave()),
            PosixSignalRegistration.Create(PosixSignal.SIGCONT, _ => Return()),
        ];
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
        _guard = new TerminalGuard(LeaveSequence);
        Enter();
    }

    /// <inheritdoc/>
    public int Width => Math.Max(1, Console.WindowWidth);

    /// <inheritdoc/>
    public int Height => Math.Max(1, Console.WindowHeight);

    /// <inheritdoc/>
    public bool IsUnicode { get; } = Console.OutputEncoding.CodePage == 65001;

    /// <inheritdoc/>
    public bool HasColors { get; } = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    /// <inheritdoc/>
    public bool WasLost()
    {
        lock (_gate)
        {
            bool wasLost = _wasLost;
            _wasLost = false;
            return wasLost;
        }
    }

    /// <inheritdoc/>
    public bool TryReadKey(out ConsoleKeyInfo key)
    {
        if (_hasKeys && Console.KeyAvailable)
        {
            key = Console.ReadKey(intercept: true);
            return true;
        }

        key = default;
        return false;
    }

    /// <inheritdoc/>
    public void Write(string text)
    {
        lock (_gate)
        {
            if (_isEntered)
            {
                Console.Out.Write(text);
                Console.Out.Flush();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        Leave();
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _guard.Dispose();
    }

    private void Enter()
    {
        lock (_gate)
        {
            _isEntered = true;
            Console.Out.Write(EnterSequence);
            Console.Out.Flush();
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (_isEntered)
            {
                _isEntered = false;
                Console.Out.Write(LeaveSequence);
                Console.Out.Flush();
            }
        }
    }

    private void Return()
    {
        lock (_gate)
        {
            // Also after SIGSTOP, which nobody is told of: the shell may have drawn over the picture.
            if (!_isDisposed)
            {
                _wasLost = true;
                Enter();
            }
        }
    }

    private void OnProcessExit(object? sender, EventArgs e) => Leave();
}

using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;

namespace ProcNet.Host;

/// <summary>Runs one command in a runspace that has the module, and turns its end into an exit code.</summary>
internal sealed class CommandRunner : IDisposable
{
    private readonly ConsoleHost _host;
    private readonly Runspace _runspace;
    private readonly PowerShell _shell = PowerShell.Create();
    private readonly PosixSignalRegistration[] _signals;
    private volatile bool _isInterrupted;

    public CommandRunner(ConsoleHost host)
    {
        _host = host;
        _runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        _runspace.Open();
        _shell.Runspace = _runspace;
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt),
        ];
    }

    /// <summary>Imports the module and runs the command, its output rendered by Out-Default.</summary>
    public int Run(string module, string command)
    {
        if (!TryInvoke(shell => shell.AddCommand("Import-Module").AddArgument(module).AddParameter("ErrorAction", "Stop")))
        {
            return ExitCodes.Failure;
        }

        bool succeeded = TryInvoke(shell =>
        {
            // Errors and output take their turns on the way to the screen, as in a console.
            shell.AddScript(command).AddCommand("Out-Default");
            shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        });
        if (_isInterrupted)
        {
            return ExitCodes.Interrupted;
        }

        return succeeded ? _host.ExitCode ?? ExitCodes.Success : ExitCodes.Failure;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration signal in _signals)
        {
            signal.Dispose();
        }

        _shell.Dispose();
        _runspace.Dispose();
    }

    private bool TryInvoke(Action<PowerShell> addCommands)
    {
        _shell.Commands.Clear();
        addCommands(_shell);
        try
        {
            _shell.Invoke();
            return !_shell.HadErrors && !_host.ErrorWasShown;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (RuntimeException e)
        {
            _host.UI.WriteErrorLine(ErrorText.Of(e.ErrorRecord));
            return false;
        }
    }

    private void Interrupt(PosixSignalContext context)
    {
        // The pipeline ends by itself, so that captures are closed; then the process does.
        context.Cancel = true;
        _isInterrupted = true;
        _shell.BeginStop(null, null);
    }
}

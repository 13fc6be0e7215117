using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;

namespace ProcNet.Host;

/// <summary>Runs one command in a runspace that has the module, and turns its end into an exit code.</summary>
internal sealed class CommandRunner : IDisposable
{
    private const string SucceededVariable = "ProcNetHostSucceeded";

    private readonly ConsoleHost _host;
    private readonly Runspace _runspace;
    private readonly PowerShell _shell = PowerShell.Create();
    private readonly PosixSignalRegistration[] _signals;
    private volatile int _signalled;
    private volatile bool _isOutputClosed;

    public CommandRunner(ConsoleHost host)
    {
        _host = host;
        _host.OutputClosed += OnOutputClosed;
        _runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        _runspace.Open();
        if (!host.UI.SupportsVirtualTerminal)
        {
            PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        }

        _shell.Runspace = _runspace;
        _shell.Streams.Error.DataAdded += (_, added) => ShowError(_shell.Streams.Error[added.Index]);
        _signals =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Stop(context, ExitCodes.Interrupted)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Stop(context, ExitCodes.Terminated)),
        ];
    }

    /// <summary>Imports the module and runs the command, its output rendered by Out-Default.</summary>
    public int Run(string module, string command)
    {
        // What pwsh -Command makes its exit code of is $? after the last statement, and only the script itself can see that. The
        // empty line keeps a backtick at the end of the command from joining the two.
        string script = $"{command}\n\n$global:{SucceededVariable} = $?";
        bool isDone =
            TryInvoke(shell => shell.AddCommand("Import-Module").AddParameter("Name", module).AddParameter("ErrorAction", ActionPreference.Stop))
            && TryInvoke(shell => shell.AddScript(script).AddCommand("Out-Default"));

        return this switch
        {
            { _signalled: not 0 and int signalled } => signalled,
            { _isOutputClosed: true } => ExitCodes.OutputClosed,
            { _host.ExitCode: int exitCode } => exitCode,
            _ => isDone && LastStatementSucceeded() ? ExitCodes.Success : ExitCodes.Failure,
        };
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
        if (_signalled != 0)
        {
            return false;
        }

        _shell.Commands.Clear();
        addCommands(_shell);
        try
        {
            _shell.Invoke();
            return true;
        }
        catch (PipelineStoppedException)
        {
            return false;
        }
        catch (RuntimeException failure)
        {
            ShowError(failure.ErrorRecord);
            return false;
        }
    }

    // A command that ended with "return" has not come to the last line, and has not failed.
    private bool LastStatementSucceeded() => _runspace.SessionStateProxy.GetVariable(SucceededVariable) is not false;

    private void ShowError(ErrorRecord error) => _host.UI.WriteErrorLine(ErrorText.Of(error));

    private void OnOutputClosed(object? sender, EventArgs e)
    {
        _isOutputClosed = true;
        _shell.BeginStop(null, null);
    }

    private void Stop(PosixSignalContext context, int exitCode)
    {
        // The first time the pipeline ends by itself, so that captures are closed. Who asks twice does not want to wait for that.
        context.Cancel = _signalled == 0;
        _signalled = exitCode;
        _shell.BeginStop(null, null);
    }
}

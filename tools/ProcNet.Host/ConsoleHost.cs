using System.Globalization;
using System.Management.Automation.Host;
using System.Reflection;

namespace ProcNet.Host;

/// <summary>The host: what the engine asks of whoever runs it.</summary>
internal sealed class ConsoleHost : PSHost
{
    private readonly ConsoleUserInterface _ui = new();

    /// <summary>Nobody reads standard output any more, as after <c>| head -1</c>.</summary>
    public event EventHandler? OutputClosed
    {
        add => _ui.OutputClosed += value;
        remove => _ui.OutputClosed -= value;
    }

    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "ProcNet.Host";

    public override PSHostUserInterface UI => _ui;

    public override Version Version => Assembly.GetExecutingAssembly().GetName().Version ?? new Version(0, 0);

    /// <summary>What a script gave to <c>exit</c>; null where none did.</summary>
    public int? ExitCode { get; private set; }

    public override void EnterNestedPrompt() => throw NoPrompt();

    public override void ExitNestedPrompt() => throw NoPrompt();

    // A native program is about to write to the terminal, or has written: nothing here has to be saved for that.
    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    private static NotSupportedException NoPrompt() => new("This host runs one command; there is no prompt.");
}

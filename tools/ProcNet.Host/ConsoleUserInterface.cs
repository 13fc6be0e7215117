using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ProcNet.Host;

/// <summary>Output goes to standard output; everything else (errors, warnings, progress) to standard error, so that output can be piped.</summary>
internal sealed class ConsoleUserInterface : PSHostUserInterface
{
    private readonly TextWriter _output = StandardOutput.Open();
    private readonly RawConsole _raw = new();
    private readonly ProgressLine _progress = new();

    /// <inheritdoc cref="ConsoleHost.OutputClosed"/>
    public event EventHandler? OutputClosed;

    public override PSHostRawUserInterface RawUI => _raw;

    /// <summary>Whether colours reach somebody who sees them as such.</summary>
    public override bool SupportsVirtualTerminal { get; } = !Console.IsOutputRedirected && HasColours;

    public override void Write(string value) => WriteOut(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => WriteOut(value);

    public override void WriteLine(string value) => WriteOut(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => WriteError(value);

    public override void WriteWarningLine(string message) => WriteError("WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteError("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteError("DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Show(record);

    public override string ReadLine() => Console.In.ReadLine() ?? string.Empty;

    public override SecureString ReadLineAsSecureString() => throw NoQuestions();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw NoQuestions();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw NoQuestions();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw NoQuestions();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NoQuestions();

    private static bool HasColours =>
        Environment.GetEnvironmentVariable("TERM") is not (null or "dumb")
        && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private static HostException NoQuestions() => new("This host cannot ask: give all parameters on the command line.");

    private void WriteOut(string text)
    {
        _progress.Clear();
        try
        {
            // Headings come with colours in them, whoever reads: to take them out is the host's part.
            _output.Write(GetOutputString(text, SupportsVirtualTerminal));
        }
        catch (IOException)
        {
            OutputClosed?.Invoke(this, EventArgs.Empty);
        }
    }

    private void WriteError(string text)
    {
        _progress.Clear();
        Console.Error.WriteLine(GetOutputString(text, !Console.IsErrorRedirected && HasColours));
    }
}

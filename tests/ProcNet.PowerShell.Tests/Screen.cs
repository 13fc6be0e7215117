using System.Collections.ObjectModel;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace ProcNet.PowerShell.Tests;

/// <summary>A terminal of 80 columns that keeps what is written on it.</summary>
internal sealed class Screen : PSHostUserInterface
{
    public const int Columns = 80;

    private readonly StringBuilder _text = new();
    private readonly ScreenSize _size = new();

    /// <summary>What was written, without colours, blanks at the ends of lines, and empty lines.</summary>
    public IReadOnlyList<string> Lines =>
        [
            .. new System.Management.Automation.Internal.StringDecorated(_text.ToString())
                .ToString(OutputRendering.PlainText)
                .Split('\n')
                .Select(line => line.TrimEnd())
                .Where(line => line.Length > 0),
        ];

    /// <summary>How many columns it has now.</summary>
    public int Width
    {
        set => _size.BufferSize = _size.WindowSize = new Size(value, 50);
    }

    public override PSHostRawUserInterface RawUI => _size;

    public override void Write(string value) => _text.Append(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => _text.Append(value);

    public override void WriteLine(string value) => _text.Append(value).Append('\n');

    public override void WriteErrorLine(string value) => WriteLine(value);

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record) { }

    public override string ReadLine() => throw NothingToRead();

    public override SecureString ReadLineAsSecureString() => throw NothingToRead();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NothingToRead();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw NothingToRead();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw NothingToRead();

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options
    ) => throw NothingToRead();

    private static InvalidOperationException NothingToRead() => new("A test must not ask its user.");

    private sealed class ScreenSize : PSHostRawUserInterface
    {
        public override ConsoleColor BackgroundColor { get; set; }

        public override ConsoleColor ForegroundColor { get; set; }

        public override Size BufferSize { get; set; } = new(Columns, 50);

        public override Size WindowSize { get; set; } = new(Columns, 50);

        public override Size MaxWindowSize => WindowSize;

        public override Size MaxPhysicalWindowSize => WindowSize;

        public override Coordinates CursorPosition { get; set; }

        public override Coordinates WindowPosition { get; set; }

        public override int CursorSize { get; set; }

        public override string WindowTitle { get; set; } = "";

        public override bool KeyAvailable => false;

        public override void FlushInputBuffer() { }

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw NothingToRead();

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw NothingToRead();

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) { }

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) { }

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) { }
    }
}

using System.Management.Automation.Host;

namespace ProcNet.Host;

/// <summary>The screen: the engine asks how wide it is, and no more than that is offered.</summary>
internal sealed class RawConsole : PSHostRawUserInterface
{
    // Wide enough that no column is cut when the output goes into a pipe, a file, or a terminal that does not tell its width.
    private const int PipeWidth = 160;

    private readonly Size _size = new(!Console.IsOutputRedirected && Console.WindowWidth is >= 40 and int width ? width : PipeWidth, 50);

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override Size BufferSize
    {
        get => _size;
        set => throw Unsupported();
    }

    public override Size WindowSize
    {
        get => _size;
        set => throw Unsupported();
    }

    public override Size MaxPhysicalWindowSize => _size;

    public override Size MaxWindowSize => _size;

    public override Coordinates CursorPosition { get; set; }

    public override Coordinates WindowPosition { get; set; }

    public override int CursorSize { get; set; } = 1;

    public override string WindowTitle { get; set; } = string.Empty;

    public override bool KeyAvailable => false;

    public override void FlushInputBuffer()
    {
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Unsupported();

    public override KeyInfo ReadKey(ReadKeyOptions options) => throw Unsupported();

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) => throw Unsupported();

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Unsupported();

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw Unsupported();

    private static HostException Unsupported() => new("This host has no screen buffer.");
}

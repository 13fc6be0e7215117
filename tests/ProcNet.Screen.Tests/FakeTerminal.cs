using System.Text.RegularExpressions;

namespace ProcNet.Screen.Tests;

/// <summary>A terminal that keeps the last picture, and whose keys a test presses.</summary>
internal sealed partial class FakeTerminal : ITerminal
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();

    public int Width { get; set; } = 80;

    public int Height { get; set; } = 24;

    public bool IsUnicode { get; set; } = true;

    public bool HasColors { get; set; }

    public bool IsGivenBack { get; private set; }

    /// <summary>What was written last.</summary>
    public string Written { get; private set; } = "";

    /// <summary>The lines of the last picture, without control sequences and blanks at the end.</summary>
    public string[] Lines => [.. Sequence().Replace(Written, "").Split("\r\n").Select(line => line.TrimEnd())];

    public void Press(params ConsoleKey[] keys)
    {
        foreach (ConsoleKey key in keys)
        {
            _keys.Enqueue(new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false));
        }
    }

    public void Type(string text)
    {
        foreach (char character in text)
        {
            _keys.Enqueue(new ConsoleKeyInfo(character, ConsoleKey.None, shift: false, alt: false, control: false));
        }
    }

    public bool WasLost() => false;

    public bool TryReadKey(out ConsoleKeyInfo key) => _keys.TryDequeue(out key);

    public void Write(string text) => Written = text;

    public void Dispose() => IsGivenBack = true;

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Sequence();
}

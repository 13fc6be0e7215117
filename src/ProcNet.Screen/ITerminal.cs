namespace ProcNet.Screen;

/// <summary>Where a screen is drawn. Tests put theirs in its place.</summary>
internal interface ITerminal : IDisposable
{
    /// <summary>Columns.</summary>
    int Width { get; }

    /// <summary>Lines.</summary>
    int Height { get; }

    /// <summary>Whether it shows more than ASCII.</summary>
    bool IsUnicode { get; }

    /// <summary>Whether it shows colours.</summary>
    bool HasColors { get; }

    /// <summary>Whether what was drawn is gone, as after a stop (Ctrl+Z). Asking resets it.</summary>
    bool WasLost();

    /// <summary>Takes a key that was pressed.</summary>
    bool TryReadKey(out ConsoleKeyInfo key);

    /// <summary>Writes text with control sequences, at once.</summary>
    void Write(string text);
}

namespace ProcNet.Screen;

/// <summary>What the user has set by keys.</summary>
internal sealed class ScreenState
{
    /// <summary>What one line sums.</summary>
    public ScreenGroup Group { get; set; }

    /// <summary>The order.</summary>
    public ScreenSort Sort { get; set; }

    /// <summary>Only lines with this text in them.</summary>
    public string Filter { get; set; } = "";

    /// <summary>Whether keys go into the filter.</summary>
    public bool IsTyping { get; set; }

    /// <summary>Whether the picture stands still.</summary>
    public bool IsPaused { get; set; }

    /// <summary>Whether there is a keyboard.</summary>
    public bool HasKeys { get; init; }

    /// <summary>A sentence to show.</summary>
    public string Message { get; set; } = "";

    /// <summary>
    /// The key of the chosen line: the choice stays with it wherever it goes. Null until the user has moved: then it is the first
    /// line.
    /// </summary>
    public string? SelectedKey { get; set; }

    /// <summary>The place of the chosen line among those listed.</summary>
    public int Selected { get; set; }

    /// <summary>The first line that is shown.</summary>
    public int FirstShown { get; set; }
}

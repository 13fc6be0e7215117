namespace ProcNet.Presentation;

/// <summary>
/// A live screen. Its methods may be called on any thread, one at a time or not; nothing is drawn but in <see cref="Add"/>,
/// <see cref="Tick"/> and <see cref="Close"/>, on the thread that calls them.
/// </summary>
internal interface ITrafficScreen : IDisposable
{
    /// <summary>Takes a row.</summary>
    void Add(TrafficRow row);

    /// <summary>Takes the keys that were pressed, and draws where something is new. To be called several times a second.</summary>
    /// <param name="isStandIn">Whether the thread is not the pipeline's, which is held elsewhere.</param>
    void Tick(bool isStandIn = false);

    /// <summary>Shows a sentence.</summary>
    void Say(string message);

    /// <summary>Gives the terminal back. Idempotent; nothing is drawn after it.</summary>
    void Close();

    /// <summary>Whether the pipeline's own thread served the screen a moment ago.</summary>
    bool IsServed { get; }

    /// <summary>Whether the terminal was given back, because the user left the screen or otherwise.</summary>
    bool IsClosed { get; }

    /// <summary>The newest rows of what the user chose by Enter; none where the screen was left otherwise.</summary>
    IReadOnlyList<TrafficRow> Chosen { get; }
}

/// <summary>Opens screens. Implemented by ProcNet.Screen, which is loaded when it is first needed.</summary>
internal interface IScreenLibrary
{
    /// <summary>Takes the terminal and draws an empty picture.</summary>
    ITrafficScreen Open(ScreenOptions options);
}

/// <summary>How a screen begins; the user changes it by keys.</summary>
/// <param name="SortBy">What rows are sorted by.</param>
/// <param name="GroupBy">What rows are summed by.</param>
/// <param name="Filter">Only rows with this text in them; null for all.</param>
/// <param name="HasKeys">Whether there is a keyboard.</param>
internal sealed record ScreenOptions(ScreenSort SortBy, ScreenGroup GroupBy, string? Filter, bool HasKeys);

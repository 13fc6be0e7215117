using ProcNet.Presentation;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// The screen that the pipeline of this thread ends in, where there is one. A cmdlet further up gives it the time that it waits itself, so
/// that keys are obeyed and pictures drawn between two samples, on the pipeline's own thread; and its sentences, so that they don't come
/// into the picture.
/// </summary>
internal sealed class PipelineScreen(ITrafficScreen screen)
{
    [ThreadStatic]
    private static PipelineScreen? t_current;

    private readonly List<string> _messages = [];

    /// <summary>The screen of this thread's pipeline; null where there is none or it was left.</summary>
    public static PipelineScreen? Current => t_current is { IsOver: false } current ? current : null;

    /// <summary>Whether the cmdlet that opened it has ended.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Whether the user has left it: what feeds it may end.</summary>
    public bool IsLeft => screen.IsClosed;

    /// <summary>What was said while it was there.</summary>
    public IReadOnlyList<string> Messages => _messages;

    /// <summary>Makes it the one of this thread.</summary>
    public void Begin() => t_current = this;

    /// <summary>Ends it. On any thread.</summary>
    public void End() => IsOver = true;

    /// <summary>Obeys keys and draws.</summary>
    public void Tick() => screen.Tick();

    /// <summary>Shows a sentence; it is written as a warning when the screen is left.</summary>
    public void Say(string message)
    {
        screen.Say(message);
        if (!_messages.Contains(message))
        {
            _messages.Add(message);
        }
    }
}

using ProcNet.Text;

namespace ProcNet;

/// <summary>Something that a measurement could not do or see, and that its user should know.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Message">The sentence to show.</param>
public sealed record Notice(NoticeKind Kind, string Message)
{
    /// <summary>The sentence to show: one line, whatever the names in it are.</summary>
    public string Message { get; init; } = OutsideText.Sanitize(Message);
}

using ProcNet.Text;

namespace ProcNet;

/// <summary>An expected failure of ProcNet, with what to do about it.</summary>
public sealed class ProcNetException : Exception
{
    /// <summary>Makes an exception for an expected failure.</summary>
    /// <param name="error">What went wrong.</param>
    /// <param name="message">What went wrong, in a sentence that names the thing concerned.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="target">The thing concerned: an interface, a path, a filter.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public ProcNetException(ProcNetError error, string message, string remedy, object? target = null, Exception? innerException = null)
        : base(OutsideText.Sanitize(message), innerException)
    {
        Error = error;
        Remedy = OutsideText.Sanitize(remedy);
        Target = target is string text ? OutsideText.Sanitize(text) : target;
    }

    /// <summary>What went wrong.</summary>
    public ProcNetError Error { get; }

    /// <summary>What to do about it.</summary>
    public string Remedy { get; }

    /// <summary>The thing concerned: an interface, a path, a filter.</summary>
    public object? Target { get; }
}

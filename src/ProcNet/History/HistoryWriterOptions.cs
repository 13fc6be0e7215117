namespace ProcNet.History;

/// <summary>Where a history is written, and how much of it is kept.</summary>
internal sealed record HistoryWriterOptions
{
    /// <summary>How long hours and days are kept where nothing else is asked for.</summary>
    public static readonly TimeSpan DefaultRetention = TimeSpan.FromDays(30);

    /// <summary>
    /// How large the file may be where nothing else is asked for: some four times what 500 busy processes need for 30
    /// days.
    /// </summary>
    public const long DefaultMaximumSize = 200L << 20;

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>How long hours and days are kept.</summary>
    public TimeSpan Retention { get; init; } = DefaultRetention;

    /// <summary>How large the file may be, in bytes: the oldest hours go until it fits.</summary>
    public long MaximumSize { get; init; } = DefaultMaximumSize;

    /// <summary>Whether a file that is made here may be read by its group.</summary>
    public bool IsGroupReadable { get; init; }

    /// <summary>
    /// Whether a file that cannot be used is set aside and a new one begun, even where nothing shows that it is a
    /// history.
    /// </summary>
    public bool ReplaceUnusable { get; init; }

    /// <summary>How long to wait for another process that holds the file locked.</summary>
    public TimeSpan LockTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

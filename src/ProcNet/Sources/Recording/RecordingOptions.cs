namespace ProcNet.Sources.Recording;

/// <summary>Where packets are written, and when one file ends and the next begins.</summary>
internal sealed record RecordingOptions
{
    /// <summary>The file; of several, what their names are made of.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it may replace one that is there.</summary>
    public bool Overwrite { get; init; }

    /// <summary>The filter that the packets passed; null for none.</summary>
    public string? Filter { get; init; }

    /// <summary>How many bytes a file may reach before the next one begins; null for no bound.</summary>
    public long? RotateSize { get; init; }

    /// <summary>How long a file is written before the next one begins; null for no bound.</summary>
    public TimeSpan? RotateInterval { get; init; }

    /// <summary>How many files are kept, the newest; null for all.</summary>
    public int? FileCount { get; init; }

    /// <summary>Whether there are several files.</summary>
    public bool Rotates => RotateSize is not null || RotateInterval is not null;
}

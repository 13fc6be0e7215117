namespace ProcNet.History;

/// <summary>
/// Appends to a history. Disposed of without having been completed, it looks as if the process had been killed. Not
/// thread-safe.
/// </summary>
internal interface IHistoryWriter : IDisposable
{
    /// <summary>The file.</summary>
    string Path { get; }

    /// <summary>How many samples wait in memory, because the file could not be written.</summary>
    int WaitingSamples { get; }

    /// <summary>
    /// Writes a sample, and those that wait, each in a transaction of its own. What cannot be written now (the disk is full, the file is
    /// locked) waits for the next call; a notice says so.
    /// </summary>
    void Write(HistorySample sample);

    /// <summary>Writes what waits, and notes that nothing more comes: the end was meant.</summary>
    /// <exception cref="ProcNetException">Samples that waited could not be written, and are lost.</exception>
    void Complete();
}

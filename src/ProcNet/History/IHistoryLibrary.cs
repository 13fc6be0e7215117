namespace ProcNet.History;

/// <summary>What the core asks of a database. Implemented by ProcNet.History, which is loaded when it is first needed.</summary>
internal interface IHistoryLibrary
{
    /// <summary>The version text of the database library.</summary>
    string Version { get; }

    /// <summary>Opens a history for writing, and makes it where there is none. One process at a time may.</summary>
    /// <param name="options">Which, and how much of it to keep.</param>
    /// <param name="notify">Takes what the user should know, on the thread that calls.</param>
    /// <exception cref="ProcNetException">It cannot be opened, is another program's, or is being written by another process.</exception>
    IHistoryWriter OpenWriter(HistoryWriterOptions options, Action<Notice> notify);

    /// <summary>Opens a history for reading, also while it is written.</summary>
    /// <exception cref="ProcNetException">There is none, it cannot be read, or it is another program's.</exception>
    IHistoryReader OpenReader(string path);

    /// <summary>Removes what was measured before a time, also while it is written.</summary>
    /// <returns>What went.</returns>
    /// <exception cref="ProcNetException">There is none, or it cannot be written.</exception>
    HistoryRemoval Remove(string path, DateTime before);
}

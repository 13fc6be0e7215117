namespace ProcNet.Sources.Savefiles;

/// <summary>What a capture says of one of its interfaces at the end.</summary>
/// <param name="Interface">Its slot.</param>
/// <param name="StartedAt">When counting began, in microseconds since 1970 UTC.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="Dropped">Packets that the kernel dropped because the capture did not keep up.</param>
/// <param name="DroppedByInterface">Packets that the interface dropped.</param>
internal readonly record struct InterfaceTotals(ushort Interface, long StartedAt, long EndedAt, long Dropped, long DroppedByInterface);

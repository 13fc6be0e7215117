namespace ProcNet.Sources.Ebpf;

/// <summary>What found a map of the feed full (<c>enum lost</c> of procnet.bpf.c).</summary>
/// <param name="SentBytes">Bytes that no entry has.</param>
/// <param name="ReceivedBytes">The same, received.</param>
/// <param name="SentPackets">Packets that no entry has.</param>
/// <param name="ReceivedPackets">The same, received.</param>
/// <param name="FirstUsers">Sockets whose first user was not noted.</param>
/// <param name="Processes">Processes that were not noted: they have an id and no name unless <c>/proc</c> still shows them.</param>
internal readonly record struct FeedLosses(
    long SentBytes,
    long ReceivedBytes,
    long SentPackets,
    long ReceivedPackets,
    long FirstUsers,
    long Processes
);

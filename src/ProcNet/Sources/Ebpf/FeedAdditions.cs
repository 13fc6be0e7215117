namespace ProcNet.Sources.Ebpf;

/// <summary>How many entries the feed's maps were ever given (<c>enum made</c> of procnet.bpf.c).</summary>
/// <param name="Flows">Entries with counters.</param>
/// <param name="FirstUsers">Sockets whose first user was noted.</param>
/// <param name="Processes">Processes that were noted.</param>
internal readonly record struct FeedAdditions(long Flows, long FirstUsers, long Processes);

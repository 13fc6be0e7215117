using ProcNet.Traffic;
using ProcNet.Traffic.KernelFeed;

namespace ProcNet.Monitoring;

/// <summary>The kernel feed, ready to start, and what names its owners.</summary>
/// <param name="Source">Counts.</param>
/// <param name="Owners">Names.</param>
internal sealed record KernelMeasurement(ITrafficSource Source, IOwnerSearch Owners)
{
    /// <summary>Loads it.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.KernelFeedUnavailable"/>.</exception>
    public static KernelMeasurement Open()
    {
        KernelPrograms programs = KernelPrograms.Load();
        var owners = new KernelOwners();
        return new KernelMeasurement(new KernelFeedSource(programs, owners), owners);
    }
}

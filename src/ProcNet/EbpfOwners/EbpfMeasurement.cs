using ProcNet.Sources.Ebpf;

namespace ProcNet.EbpfOwners;

/// <summary>The kernel feed, ready to start, and what names its owners.</summary>
/// <param name="Source">Counts.</param>
/// <param name="Owners">Names.</param>
/// <param name="KnowsNamespaces">Whether it sees of which network namespace a socket is that was used.</param>
/// <param name="SeesUse">Whether it sees who sends and receives, and not only who makes sockets and connects them.</param>
internal sealed record EbpfMeasurement(EbpfSource Source, EbpfOwnerResolver Owners, bool SeesUse, bool KnowsNamespaces = false)
{
    /// <summary>Loads it.</summary>
    /// <param name="seesUse">False leaves out what sees sends and receives.</param>
    /// <param name="isBesideCapture">Whether a capture counts, and this only names owners.</param>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.KernelFeedUnavailable"/>.</exception>
    public static EbpfMeasurement Open(bool seesUse = true, bool isBesideCapture = false)
    {
        EbpfPrograms programs = EbpfPrograms.Load(seesUse);
        EbpfOwnerResolver owners;
        try
        {
            owners = new EbpfOwnerResolver();
        }
        catch
        {
            programs.Dispose();
            throw;
        }

        return new EbpfMeasurement(
            new EbpfSource(programs, owners, isBesideCapture ? EbpfSource.RoomAboveBesideCapture : EbpfSource.RoomAbove),
            owners,
            programs.SeesUse,
            programs.SeesUse && programs.ReadsTasks
        );
    }
}

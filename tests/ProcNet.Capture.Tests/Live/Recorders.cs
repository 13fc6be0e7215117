using ProcNet.Sources.Recording;

namespace ProcNet.Capture.Tests.Live;

/// <summary>Recorders of captures under test.</summary>
internal static class Recorders
{
    /// <summary>One that writes a file without owners.</summary>
    public static PacketRecorder Create(
        string path,
        List<Notice>? notices = null,
        bool overwrite = false,
        long capacity = PacketRecorder.DefaultCapacity
    ) =>
        new(
            new SavefileSeries(new RecordingOptions { Path = path, Overwrite = overwrite }, CancellationToken.None),
            null,
            (notices ?? []).Add,
            capacity
        );
}

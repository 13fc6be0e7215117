using System.Globalization;

namespace ProcNet.Capabilities;

/// <summary>Whether the file descriptors of every process can be read: each one is tried.</summary>
/// <param name="procPath">Where procfs is mounted.</param>
internal sealed class OtherUsersSocketsProbe(string procPath) : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        int readable = 0;
        int refused = 0;
        foreach (string process in Directory.EnumerateDirectories(procPath))
        {
            if (int.TryParse(Path.GetFileName(process.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                switch (CanRead(Path.Combine(process, "fd")))
                {
                    case true:
                        readable++;
                        break;
                    case false:
                        refused++;
                        break;
                }
            }
        }

        return new CapabilityResult
        {
            Name = "OtherUsersSockets",
            Available = refused == 0,
            Detail = refused == 0
                ? $"The file descriptors of all {readable} processes are readable."
                : $"The file descriptors of {refused} of {readable + refused} processes are not readable.",
            Impact = refused == 0 ? null : "Traffic and sockets of those processes are shown without their owner.",
            Remedy = refused == 0 ? null : "Run as root (sudo pwsh), or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.",
        };
    }

    /// <summary>Whether a process's descriptors can be listed; null where the process has ended meanwhile.</summary>
    private static bool? CanRead(string directory)
    {
        try
        {
            using IEnumerator<string> entries = Directory.EnumerateFileSystemEntries(directory).GetEnumerator();
            entries.MoveNext();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return null;
        }
    }
}

using System.Text;
using ProcNet.Processes;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>Describes processes for a file, their command lines read while they are there. One thread asks at a time.</summary>
internal sealed class ProcessDescriptions(IProcessTable processes)
{
    private readonly Dictionary<ProcessKey, RecordedProcess> _known = [];

    /// <summary>Describes a process as it is known by now.</summary>
    public RecordedProcess Describe(ProcessIdentity process)
    {
        _known.TryGetValue(process.Key, out RecordedProcess? known);
        RecordedProcess described = new()
        {
            Id = (uint)process.Key.Id,
            StartTime = process.StartTime == default ? null : (process.StartTime.ToUniversalTime() - DateTime.UnixEpoch).Ticks * 100,
            Name = process.Name,
            Path = process.ExecutablePath,
            CommandLine = known is { CommandLine.IsEmpty: false } ? known.CommandLine : ReadCommandLine(process),
            ParentId = process.ParentId > 0 ? (uint)process.ParentId : null,
            // Nothing but key and name is read of one that had gone: its user is not known then.
            UserId = process.UserName is null ? null : (uint)process.UserId,
            UserName = process.UserName,
            Container = process.Container,
            Unit = process.Unit,
            Slice = process.Slice,
            NetworkNamespace = process.NetworkNamespace,
        };
        if (described != known)
        {
            _known[process.Key] = known = described;
        }

        return known;
    }

    /// <summary>As the kernel has it, while the process is there; else as it was read before, with blanks between.</summary>
    private byte[] ReadCommandLine(ProcessIdentity process)
    {
        byte[] read = processes.ReadCommandLine(process.Key);
        return read.Length > 0 || process.CommandLine is null ? read : Encoding.UTF8.GetBytes(process.CommandLine);
    }
}

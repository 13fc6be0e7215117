using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Net.Sockets;

namespace ProcNet.PowerShell.Binding;

/// <summary>Takes records as they come back from Export-Clixml, a job, remoting or a CSV file: objects with the same properties.</summary>
internal static class SavedRecords
{
    /// <summary>A socket that a process held; null where the object is none.</summary>
    public static ProcSocket? ToProcSocket(object? item)
    {
        if (Base(item) is ProcSocket socket)
        {
            return socket;
        }

        PSObject saved = PSObject.AsPSObject(item ?? new object());
        return
            Number(saved, nameof(ProcSocket.ProcessId)) is { } id and > 0 and <= int.MaxValue
            && Number(saved, nameof(ProcSocket.Inode)) is { } inode
            && saved.Properties[nameof(NetConnection.RemotePort)] is null
            ? new ProcSocket
            {
                ProcessId = (int)id,
                ProcessName = Text(saved, nameof(ProcSocket.ProcessName)) ?? string.Empty,
                UserName = Text(saved, nameof(ProcSocket.UserName)),
                FileDescriptor = (int)(Number(saved, nameof(ProcSocket.FileDescriptor)) ?? -1),
                Inode = inode,
                NetworkNamespace = Number(saved, nameof(ProcSocket.NetworkNamespace)),
                Container = Text(saved, nameof(ProcSocket.Container)),
                CommandLine = Text(saved, nameof(ProcSocket.CommandLine)),
                ParentId = (int?)Number(saved, nameof(ProcSocket.ParentId)),
                Unit = Text(saved, nameof(ProcSocket.Unit)),
                Slice = Text(saved, nameof(ProcSocket.Slice)),
                Path = Text(saved, nameof(ProcSocket.Path)),
                ProcessStartTime = Time(saved, nameof(ProcSocket.ProcessStartTime)) ?? default,
            }
            : null;
    }

    /// <summary>A row of a socket table; null where the object is none.</summary>
    public static NetConnection? ToNetConnection(object? item)
    {
        if (Base(item) is NetConnection connection)
        {
            return connection;
        }

        PSObject saved = PSObject.AsPSObject(item ?? new object());
        return
            Enum.TryParse(Text(saved, nameof(NetConnection.Protocol)), out TransportProtocol protocol)
            && IPAddress.TryParse(Text(saved, nameof(NetConnection.LocalAddress)), out IPAddress? local)
            && IPAddress.TryParse(Text(saved, nameof(NetConnection.RemoteAddress)), out IPAddress? remote)
            ? new NetConnection
            {
                Protocol = protocol,
                AddressFamily = Enum.TryParse(Text(saved, nameof(NetConnection.AddressFamily)), out AddressFamily family)
                    ? family
                    : local.AddressFamily,
                LocalAddress = local,
                LocalPort = (int)(Number(saved, nameof(NetConnection.LocalPort)) ?? 0),
                RemoteAddress = remote,
                RemotePort = (int)(Number(saved, nameof(NetConnection.RemotePort)) ?? 0),
                State = Enum.TryParse(Text(saved, nameof(NetConnection.State)), out ConnectionState state)
                    ? state
                    : ConnectionState.Unknown,
                Inode = Number(saved, nameof(NetConnection.Inode)) ?? 0,
                UserId = Number(saved, nameof(NetConnection.UserId)) ?? 0,
                UserName = Text(saved, nameof(NetConnection.UserName)),
                NetworkNamespace = Number(saved, nameof(NetConnection.NetworkNamespace)),
                OwningProcess = (int?)Number(saved, nameof(NetConnection.OwningProcess)),
                ProcessName = Text(saved, nameof(NetConnection.ProcessName)),
                SharedWith = Text(saved, nameof(NetConnection.SharedWith)),
                Path = Text(saved, nameof(NetConnection.Path)),
                Container = Text(saved, nameof(NetConnection.Container)),
                ProcessStartTime = Time(saved, nameof(NetConnection.ProcessStartTime)),
                Source = Text(saved, nameof(NetConnection.Source)) ?? string.Empty,
            }
            : null;
    }

    /// <summary>A row of Get-ProcessTraffic; null where the object is none.</summary>
    public static ProcessTraffic? ToProcessTraffic(object? item)
    {
        if (Base(item) is ProcessTraffic row)
        {
            return row;
        }

        PSObject saved = PSObject.AsPSObject(item ?? new object());
        return
            Number(saved, nameof(ProcessTraffic.SentBytes)) is { } sent
            && Number(saved, nameof(ProcessTraffic.ReceivedBytes)) is { } received
            && Enum.TryParse(Text(saved, nameof(ProcessTraffic.Category)), out TrafficCategory category)
            && Time(saved, nameof(ProcessTraffic.Timestamp)) is { } timestamp
            && TrafficRows.Length(saved, nameof(ProcessTraffic.Duration)) is { } duration
            && saved.Properties[nameof(GroupTraffic.Group)] is null
            && saved.Properties[nameof(TrafficFlow.RemoteAddress)] is null
            ? new ProcessTraffic
            {
                ProcessId = (int?)Number(saved, nameof(ProcessTraffic.ProcessId)),
                ProcessName = Text(saved, nameof(ProcessTraffic.ProcessName)),
                UserName = Text(saved, nameof(ProcessTraffic.UserName)),
                Path = Text(saved, nameof(ProcessTraffic.Path)),
                CommandLine = Text(saved, nameof(ProcessTraffic.CommandLine)),
                ParentId = (int?)Number(saved, nameof(ProcessTraffic.ParentId)),
                Unit = Text(saved, nameof(ProcessTraffic.Unit)),
                Slice = Text(saved, nameof(ProcessTraffic.Slice)),
                Container = Text(saved, nameof(ProcessTraffic.Container)),
                NetworkNamespace = Number(saved, nameof(ProcessTraffic.NetworkNamespace)),
                ProcessStartTime = Time(saved, nameof(ProcessTraffic.ProcessStartTime)),
                SentBytes = sent,
                ReceivedBytes = received,
                SentPackets = Number(saved, nameof(ProcessTraffic.SentPackets)) ?? 0,
                ReceivedPackets = Number(saved, nameof(ProcessTraffic.ReceivedPackets)) ?? 0,
                FlowCount = (int)(Number(saved, nameof(ProcessTraffic.FlowCount)) ?? 0),
                Category = category,
                Evidence = Enum.TryParse(Text(saved, nameof(ProcessTraffic.Evidence)), out OwnerEvidence evidence)
                    ? evidence
                    : OwnerEvidence.None,
                Source = Enum.TryParse(Text(saved, nameof(ProcessTraffic.Source)), out TrafficSourceKind source) ? source : default,
                Timestamp = timestamp,
                Duration = duration,
            }
            : null;
    }

    /// <summary>The objects of a file of Export-Clixml; null where it is none.</summary>
    public static IEnumerable<object>? ReadClixml(string text) =>
        text.TrimStart().StartsWith("<Objs", StringComparison.Ordinal) ? PSSerializer.DeserializeAsList(text) : null;

    private static object? Base(object? item) => item is PSObject wrapped ? wrapped.BaseObject : item;

    private static string? Text(PSObject saved, string name) =>
        saved.Properties[name]?.Value is { } value && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text
            ? text
            : null;

    private static long? Number(PSObject saved, string name) =>
        long.TryParse(Text(saved, name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static DateTime? Time(PSObject saved, string name) =>
        saved.Properties[name]?.Value switch
        {
            DateTime time => time,
            PSObject { BaseObject: DateTime time } => time,
            { } other when DateTime.TryParse(other.ToString(), CultureInfo.InvariantCulture, out DateTime time) => time,
            _ => null,
        };
}

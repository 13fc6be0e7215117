using System.Management.Automation;
using ProcNet.Addresses;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Sockets;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets the rows of the kernel's socket tables, each with the inode that ties the connection to the processes that hold it:
/// TCP, UDP, UDP-Lite, raw, ICMP, SCTP and DCCP, over IPv4 and IPv6. Rows are written as the kernel gives them.
/// As with Get-NetTCPConnection, asking for a value that no row has is an error, and asking with wildcards is not.
/// </summary>
[Cmdlet(VerbsCommon.Get, "NetConnectionInode", DefaultParameterSetName = LiveSet, HelpUri = HelpPages.Base + "Get-NetConnectionInode.md")]
[OutputType(typeof(NetConnection))]
public sealed partial class GetNetConnectionInodeCommand : ProcNetCommand
{
    private const string LiveSet = "Live";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    // Has a view of its own that shows the process in place of the inode.
    private const string ProcessTypeName = "ProcNet.NetConnection#Process";

    private readonly HashSet<long> _inodes = [];
    private readonly HashSet<int> _processes = [];
    private readonly List<string> _files = [];
    private long[]? _namedInodes;
    private bool _isInodeBound;
    private bool _isProcessBound;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _namedInodes = Inode;

        // A list that is given and empty asks for nothing, not for everything. What is piped in is not bound yet.
        _isInodeBound = MyInvocation.BoundParameters.ContainsKey(nameof(Inode));
        _isProcessBound = MyInvocation.BoundParameters.ContainsKey(nameof(OwningProcess));
    }

    private protected override void Collect()
    {
        _inodes.UnionWith(Inode ?? []);
        _processes.UnionWith(OwningProcess ?? []);
        if (ParameterSetName == PathSet)
        {
            _files.AddRange(Path!.SelectMany(path => ProviderPath.ResolveWildcards(this, path)));
        }
        else if (ParameterSetName == LiteralPathSet)
        {
            _files.AddRange(LiteralPath!.Select(path => ProviderPath.ResolveLiteral(this, path)).OfType<string>());
        }
    }

    private protected override void Run()
    {
        AddressPattern[]? local = AddressPattern.Parse(LocalAddress);
        AddressPattern[]? remote = AddressPattern.Parse(RemoteAddress);
        SoughtConnections sought = Seek(local, remote);
        NetConnectionQuery query = Query(local, remote);
        if (ParameterSetName != LiveSet)
        {
            _files.ForEach(file => WriteFile(file, query, sought));
        }
        else if (!MyInvocation.ExpectingInput || _inodes.Count + _processes.Count > 0)
        {
            // An empty pipeline asks for nothing, not for everything.
            Write(NetConnectionReader.Read(query, Notify, StopToken), sought);
        }

        if (ParameterSetName == LiveSet || _files.Count > 0)
        {
            foreach ((string property, object value) in sought.NotFound())
            {
                WriteError(ErrorRecords.NotFound(nameof(Strings.NoConnectionFoundForGivenValue), value, property, value));
            }
        }

        ProcessLookup.ReportMissing(this, names: null, _processes, seenNames: []);
    }

    private void Write(IEnumerable<NetConnection> connections, SoughtConnections sought)
    {
        foreach (NetConnection connection in connections)
        {
            sought.Record(connection);
            WriteObject(IncludeProcess || _processes.Count > 0 ? AsWithProcess(connection) : connection);
        }
    }

    private static PSObject AsWithProcess(NetConnection connection)
    {
        var row = new PSObject(connection);
        row.TypeNames.Insert(0, ProcessTypeName);
        return row;
    }

    private void WriteFile(string file, NetConnectionQuery query, SoughtConnections sought)
    {
        try
        {
            Write(ReadFile(file, query), sought);
        }
        catch (ProcNetException failure)
        {
            WriteFailure(failure);
        }
    }

    /// <summary>
    /// What a pipe gives, kept for the time of its reading: it can be read once only, and the waiting for it must end at
    /// Ctrl+C.
    /// </summary>
    private List<NetConnection> ReadPipe(string pipe, NetConnectionQuery query)
    {
        string text = SavedText.Read(pipe, StopToken);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("procnet-");
        try
        {
            // By its own name, which says the protocol.
            string copy = System.IO.Path.Combine(folder.FullName, System.IO.Path.GetFileName(pipe));
            File.WriteAllText(copy, text);
            return [.. ReadFile(copy, query)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private IEnumerable<NetConnection> ReadFile(string file, NetConnectionQuery query)
    {
        if (SavedText.IsPipe(file))
        {
            return ReadPipe(file, query);
        }

        string first = SavedText.Peek(file);
        if (SavedListing.IsSs(first))
        {
            return SavedListing.ReadConnections(SavedText.Lines(SavedText.Read(file, StopToken)), file, StopToken).Where(query.Takes);
        }

        return first.TrimStart().StartsWith("<Objs", StringComparison.Ordinal)
            ? SavedRecords
                .ReadClixml(SavedText.Read(file, StopToken))!
                .Select(SavedRecords.ToNetConnection)
                .OfType<NetConnection>()
                .Where(query.Takes)
            : NetConnectionReader.ReadFile(file, query, protocol: null, ByteOrder == ByteOrder.BigEndian, Notify, StopToken);
    }

    private SoughtConnections Seek(AddressPattern[]? local, AddressPattern[]? remote)
    {
        SoughtConnections sought = new();
        sought.Add(nameof(LocalAddress), local, static row => row.LocalAddress);
        sought.Add(nameof(LocalPort), PortRange.Parse(LocalPort), static row => row.LocalPort);
        sought.Add(nameof(RemoteAddress), remote, static row => row.RemoteAddress);
        sought.Add(nameof(RemotePort), PortRange.Parse(RemotePort), static row => row.RemotePort);
        sought.Add(nameof(State), State, static row => row.State);
        sought.Add(nameof(Inode), _namedInodes, static row => row.Inode);
        return sought;
    }

    private NetConnectionQuery Query(AddressPattern[]? local, AddressPattern[]? remote) =>
        new()
        {
            Protocols = Protocol?.ToHashSet(),
            LocalAddress = Test(local),
            LocalPorts = PortRange.ToSet(LocalPort),
            RemoteAddress = Test(remote),
            RemotePorts = PortRange.ToSet(RemotePort),
            States = State?.ToHashSet(),
            Inodes = _inodes.Count > 0 || _isInodeBound ? _inodes : null,
            OwningProcessIds = _processes.Count > 0 || _isProcessBound ? _processes : null,
            IncludeProcess = IncludeProcess,
            IncludeTcpInfo = IncludeTcpInfo,
            NetworkNamespaces = NetworkNamespace?.Select(NetworkNamespaceName.Find).DistinctBy(found => found.Inode).ToArray(),
        };

    private static Func<AddressValue, bool>? Test(AddressPattern[]? patterns) =>
        patterns is null ? null : address => Array.Exists(patterns, pattern => pattern.Matches(address));
}

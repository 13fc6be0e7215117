using System.Management.Automation;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Processes;
using ProcNet.Sockets;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets the sockets that processes hold: one row for each file descriptor that is a socket, with the inode that
/// Get-NetConnectionInode shows too. A process without sockets gives nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ProcSocket", DefaultParameterSetName = NameSet, HelpUri = HelpPages.Base + "Get-ProcSocket.md")]
[OutputType(typeof(ProcSocket))]
public sealed class GetProcSocketCommand : ProcNetCommand
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string InodeSet = "Inode";
    private const string ConnectionSet = "Connection";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly HashSet<int> _ids = [];
    private readonly HashSet<long> _inodes = [];
    private readonly List<string> _files = [];
    private long[] _namedInodes = [];
    private int[] _namedIds = [];

    /// <summary>
    /// Specifies processes by name, whole as Get-Process has it. Wildcards are permitted; upper and lower case are the same. The first 15
    /// characters, which ps(1) shows, are taken for the whole name too. A name without wildcards that no process has is an error
    /// (NoProcessFoundForGivenName), as with Get-Process.
    /// </summary>
    [Parameter(Position = 0, ParameterSetName = NameSet, HelpMessage = "The names of processes; wildcards are permitted.")]
    [Alias("ProcessName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateWildcard]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    [PSDefaultValue(Help = "Every process")]
    public string[]? Name { get; set; }

    /// <summary>
    /// Specifies processes by id. The objects of Get-Process can be piped in. An id that no process has is an error
    /// (NoProcessFoundForGivenId).
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet, HelpMessage = "The ids of processes.")]
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = InodeSet)]
    [Parameter(ParameterSetName = PathSet)]
    [Parameter(ParameterSetName = LiteralPathSet)]
    [Alias("PID", "ProcessId", "OwningProcess")]
    [AllowNull]
    [AllowEmptyCollection]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>
    /// Specifies sockets by inode. Objects with a property Inode can be piped in. An inode of 0, which no process holds, is passed over. An
    /// inode that you type and that no readable process holds is an error (NoSocketFoundForGivenInode); one that is piped in is not.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = InodeSet,
        HelpMessage = "The inodes of sockets."
    )]
    [AllowNull]
    [AllowEmptyCollection]
    public long[]? Inode { get; set; }

    /// <summary>
    /// Specifies connections, as Get-NetConnectionInode gives them, whose holders to get. A connection that no process holds (its inode is
    /// 0: TIME_WAIT, not yet accepted, orphaned) is passed over.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ValueFromPipeline = true,
        ParameterSetName = ConnectionSet,
        HelpMessage = "Connections, as Get-NetConnectionInode gives them."
    )]
    [ValidateNotNullOrEmpty]
    public NetConnection[]? InputObject { get; set; }

    /// <summary>
    /// Specifies a network namespace: only its sockets are shown, wherever their process is (without the rights for BPF, those of processes
    /// in it): its name as ip-netns(8) has it, a path (/proc/1234/ns/net), the id of a process in it (of a container, for example), or its
    /// inode as the property NetworkNamespace shows it.
    /// </summary>
    [Parameter(HelpMessage = "Only sockets of this network namespace: a name, path, process id or inode.")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NetworkNamespaceCompleter))]
    [PSDefaultValue(Help = "All of them")]
    public string? NetworkNamespace { get; set; }

    /// <summary>
    /// Specifies saved listings to read in place of this machine: ls -l /proc/*/fd (or of one process, whose id stands in the file's name
    /// or is given by Id), lsof -F or its table, ss -tuanpe, or Get-ProcSocket | Export-Clixml. Wildcards are permitted.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ParameterSetName = PathSet,
        HelpMessage = "A saved listing of descriptors: ls -l /proc/*/fd, lsof -F, ss -tuanpe, Export-Clixml."
    )]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>
    /// Specifies saved listings to read, exactly as typed: no character is a wildcard. Files that Get-Item gives bind to
    /// it.
    /// </summary>
    [Parameter(
        Mandatory = true,
        ValueFromPipelineByPropertyName = true,
        ParameterSetName = LiteralPathSet,
        HelpMessage = "A saved listing of descriptors."
    )]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // What is piped in is not bound yet: this is what the user typed.
        _namedInodes = Inode ?? [];
        _namedIds = Id ?? [];
    }

    private protected override void Collect()
    {
        switch (ParameterSetName)
        {
            case PathSet:
                _files.AddRange(Path!.SelectMany(path => ProviderPath.ResolveWildcards(this, path)));
                break;
            case LiteralPathSet:
                _files.AddRange(LiteralPath!.Select(path => ProviderPath.ResolveLiteral(this, path)).OfType<string>());
                break;
            case IdSet:
                _ids.UnionWith(Id ?? []);
                break;
            case InodeSet:
                _inodes.UnionWith(Inode ?? []);
                break;
            case ConnectionSet:
                // The inode alone names the socket: one sockfs serves all network namespaces, and the holder may be in another one.
                _inodes.UnionWith(InputObject!.Select(connection => connection.Inode));
                break;
        }
    }

    private protected override void Run()
    {
        if (ParameterSetName is PathSet or LiteralPathSet)
        {
            _files.ForEach(WriteFile);
            return;
        }

        // One walk, however many objects were piped in. An empty pipeline asks for nothing, not for everything.
        _inodes.Remove(0);
        ProcessNamePatterns? names = Name is null ? null : new ProcessNamePatterns(Name);
        HashSet<string> seen = [];
        if (Name is not null || _ids.Count + _inodes.Count > 0 || (ParameterSetName == NameSet && !MyInvocation.ExpectingInput))
        {
            Write(names, seen);
        }

        ProcessLookup.ReportMissing(this, names, [.. _ids.Union(_namedIds)], seen);
    }

    private void WriteFile(string file)
    {
        try
        {
            string text = SavedText.Read(file, StopToken);
            IEnumerable<ProcSocket> sockets =
                SavedRecords.ReadClixml(text)?.Select(SavedRecords.ToProcSocket).OfType<ProcSocket>()
                ?? SavedListing.ReadSockets(SavedText.Lines(text), file, Id is [int only] ? only : null, StopToken);
            foreach (ProcSocket socket in sockets)
            {
                if (Id is null || Id.Contains(socket.ProcessId))
                {
                    WriteObject(socket);
                }
            }
        }
        catch (ProcNetException failure)
        {
            WriteFailure(failure);
        }
    }

    private void Write(ProcessNamePatterns? names, HashSet<string> seen)
    {
        HashSet<long> missing = [.. _namedInodes];
        foreach (ProcSocket socket in ProcSocketReader.Read(Query(names), Notify, StopToken))
        {
            if (_ids.Count == 0 || _inodes.Count == 0 || _ids.Contains(socket.ProcessId) || _inodes.Contains(socket.Inode))
            {
                missing.Remove(socket.Inode);
                seen.Add(socket.ProcessName);
                WriteObject(socket);
            }
        }

        foreach (long inode in missing)
        {
            WriteError(ErrorRecords.NotFound(nameof(Strings.NoSocketFoundForGivenInode), inode, inode));
        }
    }

    private ProcSocketQuery Query(ProcessNamePatterns? names) =>
        new()
        {
            NameMatches = names is null ? null : names.Matches,
            NetworkNamespace = NetworkNamespace is null ? null : NetworkNamespaceName.Find(NetworkNamespace).Inode,

            // Processes and sockets piped in together: either is enough, so both are chosen from all.
            ProcessIds =
                _ids.Count > 0 && _inodes.Count == 0 ? _ids
                : _namedIds.Length > 0 ? _namedIds
                : null,
            Inodes = _inodes.Count > 0 && _ids.Count == 0 ? _inodes : null,
        };
}

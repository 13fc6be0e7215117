using System.Globalization;
using System.Management.Automation;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Processes;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets the sockets that processes hold: one row for each file descriptor that is a socket, with the inode that
/// Get-NetConnectionInode shows too. A process without sockets gives nothing.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ProcSocket", DefaultParameterSetName = NameSet)]
[OutputType(typeof(ProcSocket))]
public sealed class GetProcSocketCommand : ProcNetCommand
{
    private const string NameSet = "Name";
    private const string IdSet = "Id";
    private const string InodeSet = "Inode";
    private const string ConnectionSet = "Connection";

    private readonly HashSet<int> _ids = [];
    private readonly HashSet<long> _inodes = [];
    private readonly HashSet<long> _namespaces = [];

    /// <summary>Specifies processes by name (the short name, which Linux cuts at 15 characters); wildcards are permitted. The default is every process.</summary>
    [Parameter(Position = 0, ParameterSetName = NameSet, HelpMessage = "The names of processes; wildcards are permitted.")]
    [Alias("ProcessName")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProcessNameCompleter))]
    public string[]? Name { get; set; }

    /// <summary>Specifies sockets by inode. What has a property Inode can be piped in; an inode of 0, which no process holds, is passed over.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = InodeSet, HelpMessage = "The inodes of sockets.")]
    [AllowNull]
    [AllowEmptyCollection]
    public long[]? Inode { get; set; }

    /// <summary>Specifies processes by id. The process objects of Get-Process can be piped in.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = IdSet, HelpMessage = "The ids of processes.")]
    [Alias("PID", "ProcessId", "OwningProcess")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProcessIdCompleter))]
    public int[]? Id { get; set; }

    /// <summary>Specifies connections, as Get-NetConnectionInode gives them, whose holders to get. A connection that no process holds (inode 0) is passed over.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ConnectionSet, HelpMessage = "Connections, as Get-NetConnectionInode gives them.")]
    [ValidateNotNullOrEmpty]
    public NetConnection[]? InputObject { get; set; }

    private protected override void Collect()
    {
        _ids.UnionWith(Id ?? []);
        _inodes.UnionWith(Inode ?? []);
        WriteVerbose($"{ParameterSetName} ids {string.Join(',', _ids)} inodes {string.Join(',', _inodes)} con {InputObject?.Length}");
    }
}

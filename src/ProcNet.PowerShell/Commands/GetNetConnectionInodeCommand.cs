using System.Management.Automation;
using ProcNet.PowerShell.Binding;
namespace ProcNet.PowerShell.Commands;
/// <summary>x</summary>
[Cmdlet(VerbsCommon.Get, "NetConnectionInode", DefaultParameterSetName = LiveSet)]
[OutputType(typeof(NetConnection))]
public sealed partial class GetNetConnectionInodeCommand : ProcNetCommand
{
    private const string LiveSet = "Live";
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";
}

using ProcNet.Interfaces;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes the names of network interfaces.</summary>
internal sealed class InterfaceCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        foreach (LinkInterface link in Services.Host.ReadLinks())
        {
            string kind = link.IsLoopback ? "loopback" : link.Kind ?? "physical";
            yield return (link.Name, $"{link.Name}: {kind}, {(link.IsUp ? "up" : "down")}");
        }
    }
}

using System.Diagnostics;

namespace ProcNet.Bench;

/// <summary>Two network namespaces with a wire between them, 10.78.0.1 and 10.78.0.2, and the loads in them.</summary>
internal sealed class Lab : IDisposable
{
    public const string Near = "pnbench1";
    public const string Far = "pnbench2";
    public const string NearInterface = "pnb1";
    public const string NearAddress = "10.78.0.1";
    public const string FarAddress = "10.78.0.2";

    private readonly List<Process> _loads = [];

    public Lab()
    {
        Remove();
        Command.Run("ip", "netns", "add", Near);
        Command.Run("ip", "netns", "add", Far);
        Command.Run("ip", "link", "add", NearInterface, "netns", Near, "type", "veth", "peer", "name", "pnb2", "netns", Far);
        foreach (
            (string name, string device, string address) in ((string, string, string)[])
                [(Near, NearInterface, NearAddress), (Far, "pnb2", FarAddress)]
        )
        {
            Command.Run("ip", "-n", name, "address", "add", $"{address}/24", "dev", device);
            Command.Run("ip", "-n", name, "link", "set", "lo", "up");
            Command.Run("ip", "-n", name, "link", "set", device, "up");
        }
    }

    /// <summary>The command that runs another one in a namespace.</summary>
    public static string[] In(string networkNamespace, params string[] command) => ["ip", "netns", "exec", networkNamespace, .. command];

    /// <summary>Starts a load that says that it is ready.</summary>
    public Process StartLoad(string networkNamespace, params string[] command)
    {
        Process load = Start(networkNamespace, command);
        string? line = load.StandardOutput.ReadLine();
        return line?.StartsWith("ready", StringComparison.Ordinal) == true
            ? load
            : throw new InvalidOperationException($"{string.Join(' ', command)} said '{line}'.");
    }

    /// <summary>Starts a program that is ended with the lab.</summary>
    public Process Start(string networkNamespace, params string[] command)
    {
        Process load = Command.Start(In(networkNamespace, command));
        _loads.Add(load);
        return load;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Process load in _loads)
        {
            // First the polite way: what holds sockets ends with its input.
            load.StandardInput.Close();
            if (!load.WaitForExit(200))
            {
                load.Kill(entireProcessTree: true);
            }

            load.WaitForExit();
            load.Dispose();
        }

        Remove();
    }

    private static void Remove()
    {
        foreach (string name in (string[])[Near, Far])
        {
            if (File.Exists($"/run/netns/{name}"))
            {
                Command.Run("ip", "netns", "delete", name);
            }
        }
    }
}

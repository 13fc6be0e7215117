using System.Reflection;
using System.Runtime.InteropServices;

namespace ProcNet.Sources.Savefiles;

/// <summary>What a capture file says of its making.</summary>
internal sealed record SavefileDescription
{
    /// <summary>The program that wrote it.</summary>
    public string Application { get; init; } = $"ProcNet {ReadVersion()}";

    /// <summary>The system that it was captured on.</summary>
    public string OperatingSystem { get; init; } = $"Linux {ReadRelease()} ({RuntimeInformation.OSDescription})";

    /// <summary>The kind of machine.</summary>
    public string Hardware { get; init; } = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>The filter that its packets passed; null for none.</summary>
    public string? Filter { get; init; }

    // Environment.OSVersion makes four numbers of it.
    private static string ReadRelease()
    {
        const string Release = "/proc/sys/kernel/osrelease";
        return File.Exists(Release) ? File.ReadAllText(Release).Trim() : Environment.OSVersion.Version.ToString();
    }

    private static string ReadVersion() =>
        typeof(SavefileDescription).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? string.Empty;
}

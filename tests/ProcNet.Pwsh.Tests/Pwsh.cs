using System.Diagnostics;
using System.Globalization;
using System.Text;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>Scripts in a real PowerShell: one that is kept, or a fresh one for each.</summary>
internal static class Pwsh
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    /// <summary>Runs a script that must succeed in the PowerShell that is kept, and gives what it wrote.</summary>
    /// <param name="script">The script; the module is imported, an error ends it.</param>
    /// <param name="variables">Variables that the script finds set: numbers as they are, all else as text.</param>
    public static string Run(string script, params (string Name, object Value)[] variables) =>
        PwshSession.Kept.Run(Preamble(variables) + script);

    /// <summary>Runs a script that must succeed in a PowerShell of its own.</summary>
    public static string RunFresh(string script, params (string Name, object Value)[] variables)
    {
        PwshResult result = Try(script, variables);
        Assert.True(result is { ExitCode: 0, Error: "" }, result.ToString());
        return result.Output;
    }

    /// <summary>Runs a script whose last line of output is JSON.</summary>
    public static JsonElement RunJson(string script, params (string Name, object Value)[] variables) =>
        Run(script, variables).LastLineAsJson();

    /// <summary>Runs a script and gives all that came of it.</summary>
    public static PwshResult Try(string script, params (string Name, object Value)[] variables)
    {
        using PwshProcess process = Start(script, variables);
        return process.Wait(s_limit);
    }

    /// <summary>Starts a script in a PowerShell of its own.</summary>
    public static PwshProcess Start(string script, params (string Name, object Value)[] variables)
    {
        string file = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.ps1");
        File.WriteAllText(file, Preamble(variables) + script);
        return new PwshProcess(StartProcess(["-File", file]), file);
    }

    /// <summary>Starts PowerShell, without profiles and colours, with its streams redirected.</summary>
    public static Process StartProcess(string[] arguments)
    {
        ProcessStartInfo start = new(Repository.PowerShell, ["-NoProfile", "-NonInteractive", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NO_COLOR"] = "1";
        start.Environment["POWERSHELL_UPDATECHECK"] = "Off";
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        return Process.Start(start)!;
    }

    private static string Preamble((string Name, object Value)[] variables)
    {
        StringBuilder text = new();
        text.AppendLine("$ErrorActionPreference = 'Stop'");
        text.AppendLine("$ProgressPreference = 'SilentlyContinue'");

        // pwsh -File writes warnings to standard output, and whether there are any (dropped packets, a process that even root may
        // not read) is up to the machine.
        text.AppendLine("$WarningPreference = 'SilentlyContinue'");
        foreach ((string name, object value) in variables.Prepend(("module", Repository.Module)))
        {
            string literal = value is int or long
                ? Convert.ToString(value, CultureInfo.InvariantCulture)!
                : $"'{value.ToString()!.Replace("'", "''", StringComparison.Ordinal)}'";
            text.AppendLine(CultureInfo.InvariantCulture, $"${name} = {literal}");
        }

        text.AppendLine("Import-Module $module");
        return text.ToString();
    }

    /// <summary>Reads the last line that a script wrote as JSON.</summary>
    public static JsonElement LastLineAsJson(this string output)
    {
        string line = output.TrimEnd()[(output.TrimEnd().LastIndexOf('\n') + 1)..];
        using JsonDocument document = JsonDocument.Parse(line);
        return document.RootElement.Clone();
    }
}

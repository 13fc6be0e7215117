using System.Collections.ObjectModel;
using System.Management.Automation.Runspaces;

namespace ProcNet.PowerShell.Tests;

/// <summary>A PowerShell with the module's cmdlets and views in it, as the user's prompt has them.</summary>
internal sealed class Engine : IDisposable
{
    private readonly Runspace _runspace;

    public Engine()
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(typeof(ModuleCleanup).Assembly.Location);
        state.Formats.Add(new SessionStateFormatEntry(Path.Combine(AppContext.BaseDirectory, "ProcNet.Format.ps1xml")));
        Screen = new Screen();
        _runspace = RunspaceFactory.CreateRunspace(new ScreenHost(Screen), state);
        _runspace.Open();
    }

    /// <summary>What Out-Default wrote.</summary>
    public Screen Screen { get; }

    public Runspace Runspace => _runspace;

    /// <summary>Runs a script that must not leave an error.</summary>
    /// <param name="script">The script; <c>$args</c> are the arguments.</param>
    /// <param name="arguments">Its arguments.</param>
    public Collection<PSObject> Run(string script, params object?[] arguments)
    {
        Outcome outcome = Try(script, arguments);
        Assert.True(
            outcome.Errors.Count == 0,
            string.Join(Environment.NewLine, outcome.Errors.Select(error => $"{error.FullyQualifiedErrorId}: {error}"))
        );
        return outcome.Output;
    }

    /// <summary>Runs a script and gathers all that comes of it, a terminating error as the last of the errors.</summary>
    public Outcome Try(string script, params object?[] arguments)
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(_runspace);
        shell.AddScript(script);
        foreach (object? argument in arguments)
        {
            shell.AddArgument(argument);
        }

        PSDataCollection<PSObject> output = [];
        List<ErrorRecord> terminating = [];
        try
        {
            shell.Invoke(null, output);
        }
        catch (RuntimeException failure)
        {
            terminating.Add(failure.ErrorRecord);
        }

        return new Outcome(
            new Collection<PSObject>([.. output]),
            [.. shell.Streams.Error, .. terminating],
            [.. shell.Streams.Warning.Select(warning => warning.Message)],
            [.. shell.Streams.Progress]
        );
    }

    public void Dispose() => _runspace.Dispose();
}

/// <summary>All that came of a script.</summary>
internal sealed record Outcome(
    Collection<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ProgressRecord> Progress
)
{
    /// <summary>The one error that there must be.</summary>
    public ErrorRecord Error => Assert.Single(Errors);

    /// <summary>The id of that error without the name of the cmdlet.</summary>
    public string ErrorId => Error.FullyQualifiedErrorId.Split(',')[0];
}

using System.Management.Automation.Runspaces;
using System.Reflection;

namespace ProcNet.PowerShell.Tests.Help;

/// <summary>The cmdlets as the engine sees them.</summary>
internal static class ModuleCmdlets
{
    private static readonly HashSet<string> s_common = [.. Cmdlet.CommonParameters.Except(Cmdlet.OptionalCommonParameters)];

    private static readonly Dictionary<string, CmdletInfo> s_cmdlets = Find();

    /// <summary>The names of all cmdlets of the assembly.</summary>
    public static TheoryData<string> Names => [.. s_cmdlets.Keys.Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>One of them.</summary>
    public static CmdletInfo Get(string name) => s_cmdlets[name];

    /// <summary>The parameters that are the cmdlet's own, with WhatIf and Confirm where it has them.</summary>
    public static IEnumerable<CommandParameterInfo> OwnParameters(this CommandParameterSetInfo set) =>
        set.Parameters.Where(parameter => !s_common.Contains(parameter.Name));

    /// <summary>How the help file writes where a parameter takes its value from.</summary>
    public static string PipelineInput(CommandParameterInfo parameter) =>
        (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

    /// <summary>How the help file writes the place of a parameter.</summary>
    public static string Position(CommandParameterInfo parameter) => parameter.Position < 0 ? "named" : $"{parameter.Position}";

    private static Dictionary<string, CmdletInfo> Find() =>
        (
            from type in typeof(ModuleCleanup).Assembly.GetExportedTypes()
            let cmdlet = type.GetCustomAttribute<CmdletAttribute>()
            where cmdlet is not null
            let name = $"{cmdlet.VerbName}-{cmdlet.NounName}"
            select new CmdletInfo(name, type)
        ).ToDictionary(cmdlet => cmdlet.Name);
}

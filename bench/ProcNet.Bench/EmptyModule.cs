using System.Management.Automation;
using System.Reflection;
using System.Reflection.Emit;

namespace ProcNet.Bench;

/// <summary>The least binary module: an assembly with one cmdlet that does nothing, and a manifest that names it.</summary>
internal static class EmptyModule
{
    /// <summary>Makes one.</summary>
    /// <param name="parent">A folder for it.</param>
    /// <param name="name">Its name.</param>
    /// <returns>What Import-Module takes.</returns>
    public static string Make(string parent, string name)
    {
        string folder = Path.Combine(parent, name);
        Directory.CreateDirectory(folder);
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        TypeBuilder command = assembly.DefineDynamicModule(name).DefineType(
            $"{name}.GetNothingCommand", TypeAttributes.Public | TypeAttributes.Class, typeof(PSCmdlet));
        command.SetCustomAttribute(new CustomAttributeBuilder(
            typeof(CmdletAttribute).GetConstructor([typeof(string), typeof(string)])!, [VerbsCommon.Get, "Nothing"]));
        command.DefineDefaultConstructor(MethodAttributes.Public);
        command.CreateType();
        assembly.Save(Path.Combine(folder, $"{name}.dll"));
        File.WriteAllText(Path.Combine(folder, $"{name}.psd1"), $$"""
            @{
                RootModule = '{{name}}.dll'; ModuleVersion = '1.0.0'; GUID = '{{Guid.NewGuid()}}'
                FunctionsToExport = @(); CmdletsToExport = @('Get-Nothing'); AliasesToExport = @(); VariablesToExport = @()
            }
            """);
        return folder;
    }
}

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
    /// <param name="hasView">Whether it has the least format file.</param>
    /// <returns>What Import-Module takes.</returns>
    public static string Make(string parent, string name, bool hasView = false)
    {
        string folder = Path.Combine(parent, name);
        Directory.CreateDirectory(folder);
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        TypeBuilder command = assembly
            .DefineDynamicModule(name)
            .DefineType($"{name}.GetNothingCommand", TypeAttributes.Public | TypeAttributes.Class, typeof(PSCmdlet));
        command.SetCustomAttribute(
            new CustomAttributeBuilder(
                typeof(CmdletAttribute).GetConstructor([typeof(string), typeof(string)])!,
                [VerbsCommon.Get, "Nothing"]
            )
        );
        command.DefineDefaultConstructor(MethodAttributes.Public);
        command.CreateType();
        assembly.Save(Path.Combine(folder, $"{name}.dll"));
        string view = "";
        if (hasView)
        {
            File.WriteAllText(
                Path.Combine(folder, "Empty.Format.ps1xml"),
                $"""
                <Configuration><ViewDefinitions><View><Name>{name}</Name><ViewSelectedBy><TypeName>{name}</TypeName></ViewSelectedBy>
                <TableControl><TableHeaders><TableColumnHeader/></TableHeaders><TableRowEntries><TableRowEntry><TableColumnItems>
                <TableColumnItem><ScriptBlock>$_.Name</ScriptBlock></TableColumnItem>
                </TableColumnItems></TableRowEntry></TableRowEntries></TableControl></View></ViewDefinitions></Configuration>
                """
            );
            view = "FormatsToProcess = @('Empty.Format.ps1xml')";
        }

        File.WriteAllText(
            Path.Combine(folder, $"{name}.psd1"),
            $$"""
            @{
                RootModule = '{{name}}.dll'; ModuleVersion = '1.0.0'; GUID = '{{Guid.NewGuid()}}'
                FunctionsToExport = @(); CmdletsToExport = @('Get-Nothing'); AliasesToExport = @(); VariablesToExport = @(); {{view}}
            }
            """
        );
        return folder;
    }
}

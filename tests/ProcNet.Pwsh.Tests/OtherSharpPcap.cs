using System.Reflection;
using System.Reflection.Emit;

namespace ProcNet.Pwsh.Tests;

/// <summary>An assembly that is called SharpPcap and is another one, as another module may bring it.</summary>
internal static class OtherSharpPcap
{
    /// <summary>Writes it: version 1.0.0.0, with a type SharpPcap.Pcap whose method Who says where it comes from.</summary>
    public static void Save(string file)
    {
        PersistedAssemblyBuilder assembly = new(
            new AssemblyName("SharpPcap") { Version = new Version(1, 0, 0, 0) },
            typeof(object).Assembly
        );
        TypeBuilder type = assembly
            .DefineDynamicModule("SharpPcap")
            .DefineType("SharpPcap.Pcap", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        ILGenerator code = type.DefineMethod("Who", MethodAttributes.Public | MethodAttributes.Static, typeof(string), []).GetILGenerator();
        code.Emit(OpCodes.Ldstr, "another module");
        code.Emit(OpCodes.Ret);
        type.CreateType();
        assembly.Save(file);
    }
}

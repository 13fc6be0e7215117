using System.Runtime.InteropServices;
using System.Text;

namespace ProcNet.Tests.KernelFeed;

/// <summary>The BPF programs that are in the kernel now, whoever loaded them.</summary>
internal static unsafe partial class LoadedPrograms
{
    private const int InfoLength = 232; // struct bpf_prog_info
    private const int NameOffset = 64;

    /// <summary>The names of programs by their ids.</summary>
    public static Dictionary<uint, string> List()
    {
        Dictionary<uint, string> programs = [];
        byte* info = stackalloc byte[InfoLength];
        uint id = 0;
        while (GetNextId(id, &id) == 0)
        {
            int descriptor = Open(id);
            if (descriptor < 0)
            {
                continue; // gone meanwhile
            }

            uint length = InfoLength;
            new Span<byte>(info, InfoLength).Clear();
            Assert.Equal(0, GetInfo(descriptor, info, &length));
            programs.Add(id, Encoding.ASCII.GetString(info + NameOffset, 16).TrimEnd('\0'));
            _ = Close(descriptor);
        }

        return programs;
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_get_next_id")]
    private static partial int GetNextId(uint id, uint* next);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_get_fd_by_id")]
    private static partial int Open(uint id);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_obj_get_info_by_fd")]
    private static partial int GetInfo(int descriptor, void* info, uint* length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

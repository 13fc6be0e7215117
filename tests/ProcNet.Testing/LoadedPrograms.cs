using System.Runtime.InteropServices;
using System.Text;

namespace ProcNet.Testing;

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
            int result = GetInfo(descriptor, info, &length);
            _ = Close(descriptor);
            if (result != 0)
            {
                throw new InvalidOperationException($"bpf_obj_get_info_by_fd: {result}");
            }

            programs.Add(id, Encoding.ASCII.GetString(info + NameOffset, 16).TrimEnd('\0'));
        }

        return programs;
    }

    /// <summary>The ids of the programs that a process holds, by its descriptors of programs and of their attachments.</summary>
    public static HashSet<uint> HeldBy(int process)
    {
        const string Field = "prog_id:";
        HashSet<uint> held = [];
        foreach (string descriptor in Directory.EnumerateFiles($"/proc/{process}/fdinfo"))
        {
            try
            {
                foreach (string line in File.ReadLines(descriptor).Where(line => line.StartsWith(Field, StringComparison.Ordinal)))
                {
                    held.Add(uint.Parse(line.AsSpan(Field.Length), System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        return held;
    }

    /// <summary>Waits until none of these programs is in the kernel any more.</summary>
    /// <returns>Whether that came within five seconds.</returns>
    public static bool Go(HashSet<uint> programs) => SpinWait.SpinUntil(() => !List().Keys.Any(programs.Contains), 5_000);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_get_next_id")]
    private static partial int GetNextId(uint id, uint* next);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_prog_get_fd_by_id")]
    private static partial int Open(uint id);

    [LibraryImport("libbpf.so.1", EntryPoint = "bpf_obj_get_info_by_fd")]
    private static partial int GetInfo(int descriptor, void* info, uint* length);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}

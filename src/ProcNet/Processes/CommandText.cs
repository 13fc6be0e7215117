using System.Text;
using ProcNet.Text;

namespace ProcNet.Processes;

/// <summary>What the text of <c>/proc/&lt;pid&gt;/cmdline</c> tells: the arguments, with a zero byte after each. Pure.</summary>
internal static class CommandText
{
    /// <summary>The most that is kept of a command line, in characters: a process may write megabytes there.</summary>
    public const int Longest = 2048;

    // TASK_COMM_LEN less its zero byte (proc_pid_comm(5)): what is shorter was not cut.
    private const int KernelLength = 15;

    /// <summary>
    /// The arguments with blanks between, as Get-Process shows them; null where there are none (kernel threads,
    /// zombies).
    /// </summary>
    public static string? Join(ReadOnlySpan<byte> arguments)
    {
        byte[] text = arguments.TrimEnd((byte)0).ToArray();
        text.AsSpan().Replace((byte)0, (byte)' ');
        return text.Length == 0 ? null : OutsideText.Decode(text, Longest);
    }

    /// <summary>Whether a name is as long as the kernel keeps them.</summary>
    public static bool MayBeCut(ReadOnlySpan<byte> name) => name.Length == KernelLength;

    /// <summary>
    /// The whole name of a process of which the kernel kept the beginning: the file name of its first argument, or, of a script, of its
    /// second, where that begins with what the kernel kept. So Get-Process has it.
    /// </summary>
    /// <param name="name">The kernel's name for it, as bytes.</param>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The whole name; null where the kernel's is all there is.</returns>
    public static string? WholeName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        if (!MayBeCut(name))
        {
            return null;
        }

        for (int argument = 0; argument < 2 && !arguments.IsEmpty; argument++)
        {
            int end = arguments.IndexOf((byte)0);
            ReadOnlySpan<byte> text = end < 0 ? arguments : arguments[..end];
            ReadOnlySpan<byte> file = text[(text.LastIndexOf((byte)'/') + 1)..];
            if (file.StartsWith(name))
            {
                return file.Length > name.Length ? OutsideText.Decode(file) : null;
            }

            arguments = end < 0 ? default : arguments[(end + 1)..];
        }

        return null;
    }

    /// <summary>The same of a process that has gone, by its executable: what the kernel kept where that is another one's.</summary>
    public static string WholeName(string name, string? executable) =>
        executable is not null
        && Encoding.UTF8.GetByteCount(name) == KernelLength
        && Path.GetFileName(executable) is { } file
        && file.StartsWith(name, StringComparison.Ordinal)
            ? file
            : name;
}

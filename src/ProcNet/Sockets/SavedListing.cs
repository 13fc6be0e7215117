using System.Globalization;
using System.Text.RegularExpressions;
using ProcNet.Text;

namespace ProcNet.Sockets;

/// <summary>
/// Reads what tools showed of sockets and their holders, saved as text: <c>ls -l /proc/*/fd</c> (also of one process, and <c>find -ls</c>),
/// <c>lsof</c> as a table or with <c>-F</c>, <c>ss</c> with <c>-p</c>. What of a file is in no such form is passed over. Nothing of this
/// machine is asked.
/// </summary>
internal static partial class SavedListing
{
    /// <summary>Reads the sockets that processes held.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="path">Where it is from: the id of a process may stand in the name (<c>proc_2143_fd.txt</c>).</param>
    /// <param name="processId">Whose descriptors they are where the text does not say; null to take it from the name.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.NotASocketListing"/>: there is no socket in it, or nobody knows whose
    /// they are.</exception>
    public static IEnumerable<ProcSocket> ReadSockets(
        IEnumerable<string> lines,
        string path,
        int? processId,
        CancellationToken cancellation
    )
    {
        int? owner = processId ?? IdInName(path);
        var lsof = new LsofReader();
        int count = 0;
        bool isNobodys = false;
        foreach (string raw in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            string line = raw.TrimEnd('\r', '\0');
            if (FolderForm().Match(line) is { Success: true } folder)
            {
                owner = Number(folder.Groups[1].Value);
                continue;
            }

            if (DescriptorForm().Match(line) is { Success: true } link)
            {
                int? id = link.Groups["pid"].Success ? Number(link.Groups["pid"].Value) : owner;
                if (id is null)
                {
                    isNobodys = true;
                    continue;
                }

                count++;
                yield return new ProcSocket
                {
                    ProcessId = id.Value,
                    FileDescriptor = Number(link.Groups["fd"].Value) ?? -1,
                    Inode = long.Parse(link.Groups["inode"].Value, CultureInfo.InvariantCulture),
                    UserName = link.Groups["user"].Success ? OutsideText.Sanitize(link.Groups["user"].Value) : null,
                };
                continue;
            }

            foreach (ProcSocket held in SsLine.Holders(line) ?? lsof.Read(line))
            {
                count++;
                yield return held;
            }
        }

        foreach (ProcSocket held in lsof.End())
        {
            count++;
            yield return held;
        }

        if (count == 0)
        {
            throw isNobodys
                ? new ProcNetException(
                    ProcNetError.NotASocketListing,
                    $"The file '{path}' lists descriptors, and does not say of which process.",
                    "Give its id: -Id 2143, or name the file after it: proc_2143_fd.txt.",
                    path
                )
                : new ProcNetException(
                    ProcNetError.NotASocketListing,
                    $"The file '{path}' names no socket that a process holds.",
                    "Give a file that was saved with: ls -l /proc/*/fd, lsof -F pcLftid, ss -tuanpe, or Get-ProcSocket | Export-Clixml.",
                    path
                );
        }
    }

    /// <summary>Whether a line begins a listing of ss(8).</summary>
    public static bool IsSs(string firstLine) => SsLine.IsHeader(firstLine);

    /// <summary>Reads the connections of a listing of ss(8).</summary>
    /// <param name="lines">The text, its header first.</param>
    /// <param name="path">Where it is from.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static IEnumerable<NetConnection> ReadConnections(IReadOnlyList<string> lines, string path, CancellationToken cancellation)
    {
        // Without the column for it the states tell: only datagram sockets are unconnected, and never listen.
        bool isDatagrams = lines.Any(static line => line.StartsWith("UNCONN", StringComparison.Ordinal));
        string source = OutsideText.Sanitize(path);
        foreach (string line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            if (SsLine.TryParse(line, isDatagrams, source) is { } connection)
            {
                yield return connection;
            }
        }
    }

    private static int? IdInName(string path) =>
        NumberInName().Match(Path.GetFileName(path)) is { Success: true } match ? Number(match.Groups[1].Value) : null;

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    [GeneratedRegex(@"^(?:\S*/)?(?:proc/)?(\d+)/fd/?:$")]
    private static partial Regex FolderForm();

    [GeneratedRegex(
        @"^(?:.*?\s\d+\s+(?<user>\S+)\s+\S+\s+\d+\s.*?)?(?:\S*?/(?<pid>\d+)/fd/)?(?<fd>\d+)\s+->\s+socket:\[(?<inode>\d{1,18})\]\s*$"
    )]
    private static partial Regex DescriptorForm();

    [GeneratedRegex(@"(?:^|[^0-9])(\d{1,9})(?:[^0-9]|$)")]
    private static partial Regex NumberInName();
}

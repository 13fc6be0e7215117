using System.Globalization;
using System.Text.RegularExpressions;
using ProcNet.Text;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// Reads owners out of packets' comments, whoever wrote them: ours and rustnet's (<c>process=curl pid=4242 uid=1000</c>), ptcpdump's
/// (<c>PID: 4242</c>, <c>Cmd: /usr/bin/curl</c>, each on a line), etl2pcapng's (<c>PID=4242</c>). Comments of people are in no such form
/// and say nothing.
/// </summary>
internal sealed partial class OwnerComment
{
    // A name is at most 15 characters and a path 4096; a file may say anything.
    private const int MostCharacters = 16384;

    private OwnerTag? _owner;
    private OwnerTag? _receiver;

    /// <summary>On the first packet of a conversation: its number in the file.</summary>
    public int Flow { get; private set; }

    /// <summary>The owner; null where none is named.</summary>
    public OwnerTag? Owner => _owner;

    /// <summary>The receiver's, where it is another one.</summary>
    public OwnerTag? Receiver => _receiver;

    /// <summary>Reads one comment of a packet.</summary>
    public void Read(string comment, int section)
    {
        if (comment.Length > MostCharacters)
        {
            return;
        }

        bool isReceiver = comment.StartsWith("receiver ", StringComparison.Ordinal);
        OwnerTag before = (isReceiver ? _receiver : _owner) ?? new OwnerTag { Section = section };
        OwnerTag tag = before;
        foreach (string line in comment.Split('\n'))
        {
            tag = LineForm().Match(line) is { Success: true } match
                ? ReadLine(tag, match.Groups[1].Value, match.Groups[2].Value.Trim())
                : ReadWords(tag, line);
        }

        if (ReferenceEquals(tag, before))
        {
            return;
        }

        if (isReceiver)
        {
            _receiver = tag;
        }
        else
        {
            _owner = tag;
        }
    }

    private static OwnerTag ReadLine(OwnerTag tag, string key, string value) =>
        key switch
        {
            "PID" => uint.TryParse(value.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint id) && id > 0
                ? ReadWords(tag with { ProcessId = id }, value)
                : tag,
            "Cmd" => tag with { Path = OutsideText.Sanitize(value), Name = tag.Name ?? NameOf(value) },
            "UserId" => Number(value) is { } user ? tag with { UserId = user } : tag,
            "ParentPID" => Number(value) is { } parent ? tag with { ParentId = parent } : tag,
            "ContainerId" when value.Length > 0 => tag with
            {
                Container = tag.Container ?? OutsideText.Sanitize(value.Length > 12 ? value[..12] : value),
            },
            _ => tag,
        };

    private static OwnerTag ReadWords(OwnerTag tag, string line, Action<int>? onFlow = null)
    {
        foreach (Match word in Words().Matches(line))
        {
            string value = word.Groups[2].Value.Trim('"');
            switch (word.Groups[1].Value.ToUpperInvariant())
            {
                case "PID" when Number(value) is { } id and > 0:
                    tag = tag with { ProcessId = id };
                    break;
                case "PROCESS" when value.Length > 0:
                    tag = tag with { Name = OutsideText.Sanitize(value) };
                    break;
                case "PPID" when Number(value) is { } parent:
                    tag = tag with { ParentId = parent };
                    break;
                case "UID" when Number(value) is { } user:
                    tag = tag with { UserId = user };
                    break;
                case "CONTAINER" when value.Length > 0:
                    tag = tag with { Container = OutsideText.Sanitize(value) };
                    break;
                case "EVIDENCE" when Enum.TryParse(value, out OwnerEvidence evidence):
                    tag = tag with { Evidence = evidence };
                    break;
                case "CATEGORY"
                    when Enum.TryParse(value, out TrafficCategory category)
                        && Enum.IsDefined(category)
                        && category != TrafficCategory.Process:
                    tag = tag with { Category = category };
                    break;
                case "FLOW" when Number(value) is { } flow and > 0 and <= int.MaxValue:
                    onFlow?.Invoke((int)flow);
                    break;
            }
        }

        return tag;
    }

    private OwnerTag ReadWords(OwnerTag tag, string line) => ReadWords(tag, line, flow => Flow = flow);

    private static string NameOf(string path)
    {
        // As the kernel keeps it.
        string name = OutsideText.Sanitize(path[(path.LastIndexOf('/') + 1)..]);
        return name.Length > 15 ? name[..15] : name;
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    [GeneratedRegex(
        @"^(PID|Cmd|Args|ThreadId|ThreadName|UserId|GroupId|ParentPID|ParentCmd|ParentArgs|ContainerName|ContainerId|ContainerImage|ContainerLabels|Pod\w+):\s?(.*)$"
    )]
    private static partial Regex LineForm();

    [GeneratedRegex("(?<![^\\s])(pid|process|ppid|uid|container|evidence|category|flow)[=:](\"[^\"]*\"|\\S*)", RegexOptions.IgnoreCase)]
    private static partial Regex Words();
}

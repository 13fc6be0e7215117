using System.Globalization;
using System.Text;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>
/// Writes labels: a comment for people and for display filters (<c>frame.comment contains "pid=4242"</c>), the direction, and the process's
/// id where the format has a place for it. Of a packet between two ends of this host the sender comes first, and the receiver in a comment
/// of its own.
/// </summary>
internal sealed class LabelText(bool writesOwners)
{
    private const uint Inbound = 1;
    private const uint Outbound = 2;
    private const int MostKept = 1 << 14;

    private readonly Dictionary<(string?, string?, uint, uint), PacketLabel> _labels = [];
    private readonly PcapNgBlock _block = new();

    /// <summary>On packets that are not kept.</summary>
    public PacketLabel Unwanted { get; } = new([], isWanted: false);

    /// <summary>On packets of conversations that found the table full.</summary>
    public PacketLabel TableFull(bool isWanted) => isWanted ? Label($"category={nameof(TrafficCategory.TableFull)}", null, 0, 0) : Unwanted;

    /// <summary>Writes the label of a conversation's packets of one direction.</summary>
    /// <param name="owners">What is known of its ends.</param>
    /// <param name="fromLow">Whether its Low end sent them.</param>
    /// <param name="flow">On the first packet of a conversation in a file: its number, by which the end of the file names it. Else
    /// 0.</param>
    public PacketLabel Compose(FlowOwners owners, bool fromLow, int flow = 0)
    {
        EndpointOwner sender = fromLow ? owners.Low : owners.High;
        EndpointOwner receiver = fromLow ? owners.High : owners.Low;
        string? first =
            sender.IsLocal ? Describe(sender)
            : receiver.IsLocal ? Describe(receiver)
            : owners.Neither is { } category ? $"category={category}"
            : null;
        string? second = sender.IsLocal && receiver.IsLocal ? $"receiver {Describe(receiver)}" : null;
        uint direction =
            sender.IsLocal ? Outbound
            : receiver.IsLocal ? Inbound
            : 0;
        uint process = (sender.Process ?? receiver.Process)?.Id ?? 0;
        if (flow == 0)
        {
            return Label(first, second, direction, process);
        }

        string mark = string.Create(CultureInfo.InvariantCulture, $"flow={flow}");
        return writesOwners ? Write(first is null ? mark : $"{first} {mark}", second, direction, process) : PacketLabel.None;
    }

    private static string Describe(EndpointOwner end)
    {
        if (end.Process is not { } process)
        {
            return $"category={end.Category}";
        }

        StringBuilder text = new();
        text.Append("process=").Append(Quote(process.Name ?? string.Empty)).Append(CultureInfo.InvariantCulture, $" pid={process.Id}");
        if (process.UserId is { } user)
        {
            text.Append(CultureInfo.InvariantCulture, $" uid={user}");
        }

        if (process.Container is { } container)
        {
            text.Append(" container=").Append(Quote(container));
        }

        return text.Append(" evidence=").Append(end.Evidence.ToString().Replace(" ", "", StringComparison.Ordinal)).ToString();
    }

    /// <summary>A name that somebody chose: it must not look like another part of the comment (<c>x pid=1</c>).</summary>
    private static string Quote(string name)
    {
        string plain = name.Replace('=', '?').Replace('"', '\'');
        return plain.Contains(' ', StringComparison.Ordinal) || plain.Length == 0 ? $"\"{plain}\"" : plain;
    }

    private PacketLabel Label(string? first, string? second, uint direction, uint process)
    {
        if (!writesOwners)
        {
            return PacketLabel.None;
        }

        if (_labels.TryGetValue((first, second, direction, process), out PacketLabel? known))
        {
            return known;
        }

        if (_labels.Count == MostKept)
        {
            _labels.Clear();
        }

        PacketLabel label = Write(first, second, direction, process);
        _labels.Add((first, second, direction, process), label);
        return label;
    }

    private PacketLabel Write(string? first, string? second, uint direction, uint process)
    {
        int start = _block.Begin(0).Length;
        _block.Option(PcapNg.Comment, first).Option(PcapNg.Comment, second);
        if (direction != 0)
        {
            _block.Option(PcapNg.PacketFlags, direction);
        }

        if (process != 0)
        {
            // Process and thread, 32 bits each; which thread it was is not known.
            _block.Option(PcapNg.PacketProcess, (long)process);
        }

        return new PacketLabel(_block.EndOptions().Since(start).ToArray(), isWanted: true);
    }
}

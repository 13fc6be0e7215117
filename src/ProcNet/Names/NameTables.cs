using System.Net;
using System.Text;
using ProcNet.Addresses;

namespace ProcNet.Names;

/// <summary>Tables of this machine: names of addresses (hosts(5)) and of ports (services(5)).</summary>
internal static class NameTables
{
    private const int MostBytes = 4 << 20;

    /// <summary>The names of each address; empty where the file cannot be read.</summary>
    public static Dictionary<AddressValue, string> ReadHosts(string path = "/etc/hosts")
    {
        Dictionary<AddressValue, string> hosts = [];
        foreach (string[] words in Lines(path))
        {
            // A scope (fe80::1%eth0) is left out.
            if (words.Length < 2 || !IPAddress.TryParse(words[0].Split('%')[0], out IPAddress? address))
            {
                continue;
            }

            IEnumerable<string> names = words
                .Skip(1)
                .Take(8)
                .Select(static word => HostName.Read(Encoding.ASCII.GetBytes(word)))
                .OfType<string>();
            var key = AddressValue.From(address);
            string all = string.Join(' ', names);
            if (all.Length > 0)
            {
                hosts[key] = hosts.TryGetValue(key, out string? before)
                    ? string.Join(' ', before.Split(' ').Concat(all.Split(' ')).Distinct().Take(16))
                    : all;
            }
        }

        return hosts;
    }

    /// <summary>The name of each port and protocol (<c>tcp</c>, <c>udp</c>); empty where the file cannot be read.</summary>
    public static Dictionary<(int Port, string Protocol), string> ReadServices(string path = "/etc/services")
    {
        Dictionary<(int, string), string> services = [];
        foreach (string[] words in Lines(path))
        {
            string[] port = words.Length < 2 ? [] : words[1].Split('/');
            if (port.Length == 2 && ushort.TryParse(port[0], out ushort number) && words[0].Length <= 64)
            {
                services.TryAdd((number, port[1]), Text.OutsideText.Sanitize(words[0]));
            }
        }

        return services;
    }

    private static IEnumerable<string[]> Lines(string path)
    {
        string text;
        try
        {
            using FileStream file = File.OpenRead(path);
            byte[] bytes = new byte[(int)Math.Min(file.Length, MostBytes)];
            text = Encoding.UTF8.GetString(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A machine without the table has no names from it.
            yield break;
        }

        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0)
            {
                yield return words;
            }
        }
    }
}

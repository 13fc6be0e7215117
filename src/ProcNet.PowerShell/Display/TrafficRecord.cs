using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;

namespace ProcNet.PowerShell.Display;

/// <summary>A row as text and numbers. Independent of the culture.</summary>
internal static class TrafficRecord
{
    private const string HostProperty = "ComputerName";

    // Remoting adds who sent a row; its own text says what the record's properties say.
    private static readonly HashSet<string> s_remoting = new(StringComparer.OrdinalIgnoreCase)
    {
        "RunspaceId",
        "PSSourceJobInstanceId",
        "PSShowComputerName",
    };

    /// <summary>Makes the record of a row.</summary>
    /// <param name="row">The row, live or deserialized.</param>
    /// <param name="excluded">Properties to leave out; wildcards are permitted.</param>
    public static PSObject Of(PSObject row, string[] excluded)
    {
        PSObject record = new();
        string host =
            row.Properties["PSComputerName"]?.Value?.ToString()
            ?? row.Properties[HostProperty]?.Value?.ToString()
            ?? Environment.MachineName;
        WildcardPattern[] patterns = Array.ConvertAll(excluded, static text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase));
        Add(HostProperty, host);
        foreach (PSPropertyInfo property in row.Properties)
        {
            if (property.Name is not (HostProperty or "PSComputerName") && !s_remoting.Contains(property.Name))
            {
                Add(property.Name, property.Value);
            }
        }

        return record;

        void Add(string name, object? value)
        {
            if (!Array.Exists(patterns, pattern => pattern.IsMatch(name)))
            {
                record.Properties.Add(new PSNoteProperty(name, Plain(value)));
            }
        }
    }

    private static object? Plain(object? value)
    {
        object? plain = value is PSObject wrapped ? wrapped.BaseObject : value;
        return plain switch
        {
            null or string or bool => plain,
            DateTime time => time.ToString("yyyy-MM-ddTHH:mm:ss.ffffffzzz", CultureInfo.InvariantCulture),
            TimeSpan span => Math.Round(span.TotalSeconds, 6),
            IPAddress address => address.ToString(),
            Enum => plain.ToString(),

            // An enumeration that came back from a job is a number whose text is its name.
            IConvertible when value is PSObject named && IsEnumeration(named) => named.ToString(),
            IConvertible => plain,
            IDictionary sums => string.Join(
                ' ',
                sums.Keys.Cast<object>().Select(key => string.Create(CultureInfo.InvariantCulture, $"{key}={sums[key]}"))
            ),
            _ => plain.ToString(),
        };
    }

    private static bool IsEnumeration(PSObject value) => value.TypeNames.Any(static name => name == "Deserialized.System.Enum");
}

namespace ProcNet.Sources.Savefiles;

/// <summary>How the packets of an interface of a pcapng file are to be read, and what was dropped on it.</summary>
/// <param name="UnitsPerSecond">The resolution of its timestamps; 0 where it is nonsense.</param>
/// <param name="OffsetSeconds">What to add to its timestamps.</param>
/// <param name="SnapLength">The most bytes captured of a packet; 0 for all.</param>
internal sealed record PcapNgInterface(ulong UnitsPerSecond, long OffsetSeconds, uint SnapLength)
{
    // What a DateTime can hold, the years 1 to 9999. Nonsense must not keep the rows from being shown.
    private static readonly long s_earliest = Clock.ToMicroseconds(DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc));
    private static readonly long s_latest = Clock.ToMicroseconds(DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc));

    /// <summary>Packets that the capturing system says it dropped by now.</summary>
    public long SystemDropped { get; set; }

    /// <summary>Packets that it says the interface dropped by now.</summary>
    public long InterfaceDropped { get; set; }

    /// <summary>Reads a resolution option: its highest bit chooses powers of two over powers of ten.</summary>
    /// <returns>Units in a second; 0 where they do not fit.</returns>
    public static ulong ReadResolution(byte resolution)
    {
        int exponent = resolution & 0x7F;
        if ((resolution & 0x80) != 0)
        {
            return exponent < 64 ? 1UL << exponent : 0;
        }

        ulong units = 1;
        for (int i = 0; i < exponent; i++)
        {
            units = i < 19 ? units * 10 : 0;
        }

        return units;
    }

    /// <summary>A timestamp of this interface in microseconds since 1970 UTC; the nearest that a <see cref="DateTime"/> can hold.</summary>
    public long ToMicroseconds(ulong timestamp)
    {
        Int128 microseconds = UnitsPerSecond switch
        {
            0 => 0,
            1_000_000 => timestamp,
            1_000_000_000 => timestamp / 1000,
            _ => (Int128)timestamp * 1_000_000 / UnitsPerSecond,
        };
        return (long)Int128.Clamp(microseconds + (Int128)OffsetSeconds * 1_000_000, s_earliest, s_latest);
    }
}

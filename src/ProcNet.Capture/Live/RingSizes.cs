namespace ProcNet.Capture.Live;

/// <summary>How large the kernel's rings are.</summary>
internal static class RingSizes
{
    /// <summary>
    /// Milliseconds after which the kernel hands over a block that is not full (TPACKET_V3): how old a counter may be. A block of
    /// 256 KiB fills faster than this from 100,000 packets/s up, so that a busy interface pays nothing for it.
    /// </summary>
    public const int BlockTimeoutMilliseconds = 20;

    private const int LongestPaceMilliseconds = 30;

    private const int Mebibyte = 1024 * 1024;
    private const int LargestRing = 8 * Mebibyte;
    private const int AllRings = 64 * Mebibyte;

    // libpcap makes blocks of 256 KiB, and the kernel fills one while another is read.
    private const int SmallestRing = 2 * 256 * 1024;
    private const int LargestTriggerRing = 2 * Mebibyte;
    private const int AllTriggerRings = 8 * Mebibyte;
    private const int SmallestTriggerRing = 128 * 1024;

    /// <summary>The bytes of the ring of a handle that all interfaces share.</summary>
    public const int Shared = LargestRing;

    /// <summary>The bytes of each interface's ring: 8 MiB, less where there are more than eight, but never below two blocks.</summary>
    /// <param name="interfaces">How many there are.</param>
    /// <param name="keepsPackets">Whether whole packets go into a file: each may be 64 KiB, and the disk may pause.</param>
    public static int ForCounting(int interfaces, bool keepsPackets) =>
        Math.Clamp(AllRings / interfaces, SmallestRing, LargestRing) * (keepsPackets ? 4 : 1);

    /// <summary>
    /// How many milliseconds a busy thread may let a ring fill before it reads again: a wake for each block of 256 KiB would cost more than
    /// reading it. In 30 ms 8 MiB take 1.2 million packets a second, and nobody waits when the thread cannot keep up; smaller rings are
    /// read sooner, in proportion.
    /// </summary>
    public static int PaceMilliseconds(int ringBytes) =>
        (int)Math.Min((long)LongestPaceMilliseconds * ringBytes / LargestRing, LongestPaceMilliseconds);

    /// <summary>The bytes of each interface's ring for the first packets of conversations.</summary>
    public static int ForTrigger(int interfaces) => Math.Clamp(AllTriggerRings / interfaces, SmallestTriggerRing, LargestTriggerRing);
}

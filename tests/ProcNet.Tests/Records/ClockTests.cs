namespace ProcNet.Tests.Records;

public sealed class ClockTests
{
    [Fact]
    public void A_packet_that_is_stamped_now_is_of_now()
    {
        // A socket is looked at some microseconds after its packet, and must not seem older: the closest of many pairs is what the two
        // clocks differ by.
        long closest = long.MaxValue;
        for (int i = 0; i < 1000; i++)
        {
            Clock.Refresh();
            long before = Clock.Now;
            long packet = Clock.FromWall(Clock.ToMicroseconds(DateTime.UtcNow));
            long after = Clock.Now;
            closest = Math.Min(closest, Math.Max(before - packet, packet - after));
        }

        Assert.InRange(closest, long.MinValue, 50);
    }
}

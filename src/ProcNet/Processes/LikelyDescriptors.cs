namespace ProcNet.Processes;

/// <summary>The few descriptor numbers of a process at which something was found lately. A full one overwrites its oldest.</summary>
internal sealed class LikelyDescriptors
{
    private const int Most = 4;

    private readonly int[] _numbers = new int[Most];
    private int _count;
    private int _next;

    /// <summary>The numbers.</summary>
    public ReadOnlySpan<int> Numbers => _numbers.AsSpan(0, _count);

    /// <summary>Adds a number, unless it is there.</summary>
    public void Remember(int number)
    {
        if (Numbers.Contains(number))
        {
            return;
        }

        _numbers[_next] = number;
        _next = (_next + 1) % Most;
        _count = Math.Min(_count + 1, Most);
    }
}

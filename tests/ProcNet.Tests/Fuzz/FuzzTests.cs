using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ProcNet.Tests.Fuzz;

/// <summary>
/// Every parser of bytes that come from outside, with mutated inputs: a second each here, minutes with <c>./build.sh Fuzz [minutes]
/// [target]</c>, which sets PROCNET_FUZZ_MINUTES and PROCNET_FUZZ_TARGET.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const double SecondsInTest = 1;

    public static TheoryData<string> Names => [.. FuzzTargets.All.Select(static target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_throws_and_nothing_hangs(string name)
    {
        string? only = Environment.GetEnvironmentVariable("PROCNET_FUZZ_TARGET");
        if (!string.IsNullOrEmpty(only) && !Regex.IsMatch(name, only))
        {
            return;
        }

        bool isLong = double.TryParse(
            Environment.GetEnvironmentVariable("PROCNET_FUZZ_MINUTES"),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out double minutes
        );
        int targets = FuzzTargets.All.Count(target => string.IsNullOrEmpty(only) || Regex.IsMatch(target.Name, only));
        TimeSpan time = isLong ? TimeSpan.FromMinutes(minutes / targets) : TimeSpan.FromSeconds(SecondsInTest);

        // In Test always the same inputs, as far as a second goes; a long run looks elsewhere each time.
        int seed = isLong ? Random.Shared.Next() : 15;
        var fuzzer = new Fuzzer(FuzzTargets.All.Single(target => target.Name == name), seed);
        long start = Stopwatch.GetTimestamp();
        fuzzer.Run(time);

        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {fuzzer.Cases:N0} cases in {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s, {fuzzer.Answers:N0} different answers, seed {seed}, nothing found"
        );
        output.WriteLine(line);
        if (isLong)
        {
            Console.Error.WriteLine(line);
        }

        Assert.InRange(fuzzer.Answers, 2, int.MaxValue);
    }
}

namespace ProcNet.Bench;

/// <summary>What a contestant is to the others.</summary>
internal enum Role
{
    /// <summary>The least that the kernel or the library asks for the work.</summary>
    Floor,

    /// <summary>This project.</summary>
    ProcNet,

    /// <summary>A tool that people would use instead.</summary>
    Peer,
}

/// <summary>One way to do a work.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Role">What it is to the others.</param>
/// <param name="Run">Does it once and gives the figure; null where it is missing on this machine.</param>
internal sealed record Contestant(string Name, Role Role, Func<double>? Run);

/// <summary>Several ways to do the same work, measured in alternating rounds.</summary>
/// <param name="Title">The work.</param>
/// <param name="Unit">The unit of the figures.</param>
/// <param name="Rounds">How often each has its turn.</param>
/// <param name="Contestants">The ways.</param>
internal sealed record Contest(string Title, string Unit, int Rounds, IReadOnlyList<Contestant> Contestants)
{
    /// <summary>Runs all rounds and prints a table.</summary>
    public void Run(TextWriter output)
    {
        var figures = Contestants.ToDictionary(contestant => contestant, _ => new List<double>());
        for (int round = 0; round < Rounds; round++)
        {
            foreach (Contestant contestant in Contestants)
            {
                if (contestant.Run is not null)
                {
                    figures[contestant].Add(contestant.Run());
                }
            }
        }

        double? floor = Best(figures, Role.Floor);
        double? peer = Best(figures, Role.Peer);
        output.WriteLine($"### {Title}\n");
        output.WriteLine($"| | median {Unit} | range | × floor | × best peer |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (Contestant contestant in Contestants)
        {
            List<double> own = figures[contestant];
            if (own.Count == 0)
            {
                output.WriteLine($"| {contestant.Name} | not installed | | | |");
                continue;
            }

            double median = Statistics.Median(own);
            output.WriteLine(
                FormattableString.Invariant(
                    $"| {contestant.Name} | {median:G3} | {own.Min():G3}–{own.Max():G3} | {Ratio(median, floor)} | {Ratio(median, peer)} |"
                )
            );
        }

        output.WriteLine();
    }

    private static double? Best(Dictionary<Contestant, List<double>> figures, Role role)
    {
        double[] medians =
        [
            .. figures.Where(entry => entry.Key.Role == role && entry.Value.Count > 0).Select(entry => Statistics.Median(entry.Value)),
        ];
        return medians.Length == 0 ? null : medians.Min();
    }

    private static string Ratio(double value, double? to) => to is null or 0 ? "" : FormattableString.Invariant($"{value / to.Value:F2}");
}

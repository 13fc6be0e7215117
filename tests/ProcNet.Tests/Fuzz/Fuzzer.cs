using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Tests.Fuzz;

/// <summary>
/// Gives a parser mutated inputs for a time. What answers in a way that no input before did is kept, and mutated further: the answer stands
/// in for coverage. An exception, and a case that takes seconds, is a find; its input is saved, and stands in the corpus from then on.
/// </summary>
internal sealed class Fuzzer
{
    private const int MostKept = 2000;
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(20);

    private readonly FuzzTarget _target;
    private readonly Random _random;
    private readonly Mutator _mutator;
    private readonly List<byte[]> _pool = [];
    private readonly HashSet<long> _answers = [];
    private byte[] _current = [];
    private long _startedAt;

    public Fuzzer(FuzzTarget target, int seed)
    {
        _target = target;
        _random = new Random(seed);
        _mutator = new Mutator(_random);
    }

    /// <summary>How many inputs were given.</summary>
    public long Cases { get; private set; }

    /// <summary>How many answers were different.</summary>
    public int Answers => _answers.Count;

    /// <summary>The folder of inputs that are always given: seeds of a target's own, and what was found once.</summary>
    public static string CorpusOf(string target) => Path.Combine(Root(), "tests", "ProcNet.Tests", "Fuzz", "Corpus", target);

    /// <summary>Runs.</summary>
    /// <exception cref="InvalidOperationException">The parser threw; the message says where the input is.</exception>
    public void Run(TimeSpan time)
    {
        using var watchdog = new Timer(_ => FindHang(), null, s_hang, s_hang);
        long end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        foreach (byte[] seed in _target.Seeds.Concat(ReadCorpus()))
        {
            _pool.Add(seed);
            Try(seed);
        }

        while (Stopwatch.GetTimestamp() < end)
        {
            byte[] input = _mutator.Mutate(_pool[_random.Next(_pool.Count)], _pool[_random.Next(_pool.Count)]);
            if (Try(input) && _pool.Count < MostKept)
            {
                _pool.Add(input);
            }
        }
    }

    private bool Try(byte[] input)
    {
        Cases++;
        _current = input;
        Volatile.Write(ref _startedAt, Environment.TickCount64);
        try
        {
            return _answers.Add(_target.Run(input));
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"{_target.Name} threw at {Save(input)}: {e}", e);
        }
        finally
        {
            Volatile.Write(ref _startedAt, 0);
        }
    }

    private void FindHang()
    {
        long startedAt = Volatile.Read(ref _startedAt);
        if (startedAt != 0 && Environment.TickCount64 - startedAt > s_hang.TotalMilliseconds)
        {
            Environment.FailFast($"{_target.Name} hangs at {Save(_current)}.");
        }
    }

    private string Save(byte[] input)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Root(), "out", "fuzz")).FullName;
        string file = Path.Combine(
            folder,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{_target.Name}-{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(input))[..16]}"
            )
        );
        File.WriteAllBytes(file, input);
        return file;
    }

    private IEnumerable<byte[]> ReadCorpus()
    {
        string folder = CorpusOf(_target.Name);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "ProcNet.PowerShell.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? Path.GetTempPath();
    }
}

/// <summary>A parser of outside bytes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seeds">Inputs to begin with.</param>
/// <param name="Run">Gives it an input; the answer in one number.</param>
internal sealed record FuzzTarget(string Name, byte[][] Seeds, Func<byte[], long> Run);

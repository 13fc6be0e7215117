namespace ProcNet.PowerShell.Commands;

/// <summary>
/// The key that ends a measurement with its rows: Enter, q or Ctrl+C. PowerShell stops the whole pipeline at Ctrl+C, and takes nothing more
/// from a cmdlet then; so the terminal gives Ctrl+C as a key while this is there.
/// </summary>
internal sealed class StopKey : IDisposable
{
    private const char ControlC = '\u0003';
    private readonly bool _before;

    private StopKey()
    {
        _before = Console.TreatControlCAsInput;
        Console.TreatControlCAsInput = true;
    }

    /// <summary>Whether it was pressed.</summary>
    public bool IsPressed { get; private set; }

    /// <summary>Begins to look for it; null where there is no terminal to press it at.</summary>
    public static StopKey? Watch() => Console.IsInputRedirected ? null : new StopKey();

    /// <summary>Looks whether it was pressed. Other keys are taken and do nothing.</summary>
    public bool Poll()
    {
        while (!IsPressed && Console.KeyAvailable)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            IsPressed =
                key.Key is ConsoleKey.Enter or ConsoleKey.Q
                || key.KeyChar == ControlC
                || (key.Key == ConsoleKey.C && key.Modifiers == ConsoleModifiers.Control);
        }

        return IsPressed;
    }

    /// <inheritdoc/>
    public void Dispose() => Console.TreatControlCAsInput = _before;
}

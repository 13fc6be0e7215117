namespace ProcNet.Host;

/// <summary>How the host ends, as pwsh -Command does.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int Usage = 2;

    /// <summary>128 + SIGINT, as a shell counts it.</summary>
    public const int Interrupted = 130;
}

namespace ProcNet.Pwsh.Tests;

/// <summary>What a test that captures needs of the machine.</summary>
internal static class Live
{
    /// <summary>Skips the test where packets may not be captured.</summary>
    public static void NeedsRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
}

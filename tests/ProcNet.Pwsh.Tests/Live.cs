namespace ProcNet.Pwsh.Tests;

/// <summary>What a test that captures needs of the machine.</summary>
internal static class Live
{
    /// <summary>
    /// What the evidence of a connection that lives through the measurement is: the kernel's own word where the machine has
    /// it.
    /// </summary>
    public const string SureEvidence = "^(KernelFeed|ExactTuple|KernelFeed, ExactTuple)$";

    /// <summary>Skips the test where packets may not be captured.</summary>
    public static void NeedsRoot() => Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
}

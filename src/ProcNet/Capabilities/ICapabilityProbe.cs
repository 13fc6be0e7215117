namespace ProcNet.Capabilities;

/// <summary>Tries one thing that ProcNet needs. Never throws for what it is there to find out.</summary>
internal interface ICapabilityProbe
{
    /// <summary>Tries it.</summary>
    CapabilityResult Probe();
}

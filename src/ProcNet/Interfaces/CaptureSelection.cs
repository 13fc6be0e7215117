namespace ProcNet.Interfaces;
internal static class CaptureSelection { public static IReadOnlyList<LinkInterface> Select(IReadOnlyList<LinkInterface> links) => links; }

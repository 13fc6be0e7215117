using ProcNet.Flows;

namespace ProcNet.Sources.Savefiles;

/// <summary>An interface that a savefile declares.</summary>
/// <param name="Name">Its name; null where the file does not say.</param>
/// <param name="LinkLayer">What its frames begin with; may be a number that <see cref="ProcNet.Flows.LinkLayer"/> does not name.</param>
internal sealed record SavefileInterface(string? Name, LinkLayer LinkLayer);

namespace ProcNet.PowerShell.Binding;

/// <summary>One condition on connections: a property, and the values that it may have.</summary>
/// <param name="property">The name of the property.</param>
internal abstract class ConnectionFilter(string property)
{
    /// <summary>The name of the property.</summary>
    public string Property => property;

    /// <summary>Whether every value is literal, so that to find nothing is worth an error.</summary>
    public abstract bool IsLiteral { get; }

    /// <summary>The literal values that no row had.</summary>
    public abstract IEnumerable<object> Missed { get; }

    /// <summary>Whether a row has one of the values.</summary>
    public abstract bool Matches(NetConnection row);
}

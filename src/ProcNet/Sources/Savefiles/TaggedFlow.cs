namespace ProcNet.Sources.Savefiles;

/// <summary>What the packets of a conversation say of its owners.</summary>
/// <param name="section">The section of the file.</param>
internal sealed class TaggedFlow(int section)
{
    /// <summary>The section of the file.</summary>
    public int Section => section;

    /// <summary>The number that the file gives it; 0 for none.</summary>
    public int Number { get; set; }

    /// <summary>Who has which of its packets.</summary>
    public List<FlowShare> Shares { get; } = new(1);

    /// <summary>The share of an owner at a side; null where it has none yet.</summary>
    public FlowShare? Find(bool? isLow, OwnerTag owner, RecordedProcess? process)
    {
        for (int i = Shares.Count - 1; i >= 0; i--)
        {
            if (Shares[i].IsLow == isLow && ReferenceEquals(Shares[i].Process, process) && IsSame(Shares[i].Owner, owner))
            {
                return Shares[i];
            }
        }

        return null;
    }

    private static bool IsSame(OwnerTag left, OwnerTag right) =>
        ReferenceEquals(left, right)
        || (left.ProcessId == right.ProcessId && (left.ProcessId is not null || left.Category == right.Category));
}

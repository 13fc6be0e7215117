using ProcNet.Sources.Savefiles;

namespace ProcNet.Sources.Recording;

/// <summary>Knows what packets are to bear in the file, as soon as their owners are known. Asked by the thread that writes.</summary>
internal interface IPacketLabels
{
    /// <summary>Is told of a packet that waits from now on.</summary>
    /// <param name="flow">The number of its conversation.</param>
    void Expect(int flow);

    /// <summary>What a packet bears.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="mustAnswer">Whether it cannot wait any more.</param>
    /// <returns>The label; null while it is better to wait for its owner.</returns>
    PacketLabel? Find(in RecordedPacket packet, bool mustAnswer);

    /// <summary>The next packets go to a new file, which knows nothing yet. What the one before named comes first.</summary>
    /// <returns>The conversations of the file that ends, as they are known now.</returns>
    IReadOnlyList<RecordedFlow> EndFile();

    /// <summary>The processes that labels of this file have named since the last call.</summary>
    IReadOnlyList<RecordedProcess> TakeNamed();

    /// <summary>Of some conversations that are resolved, those that the file has packets of, which are forgotten with it.</summary>
    IReadOnlyList<RecordedFlow> Keep(IReadOnlyList<RecordedFlow> resolved);

    /// <summary>Begins to look for owners.</summary>
    void Start();

    /// <summary>Looks for them no more: what is known stays.</summary>
    void Stop();
}

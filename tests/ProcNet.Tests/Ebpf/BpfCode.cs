using System.Buffers.Binary;

namespace ProcNet.Tests.Ebpf;

/// <summary>The instructions of a BPF program (RFC 9669), as far as a review needs to follow them.</summary>
internal sealed class BpfCode(byte[] code)
{
    private const int Length = 8;
    private const byte Call = 0x85;
    private const byte Exit = 0x95;
    private const byte LoadWide = 0x18;

    private enum Result : byte
    {
        NotReached,
        One,
        Other,
    }

    /// <summary>The numbers of the helpers that it calls.</summary>
    public IEnumerable<int> Helpers => Enumerable.Range(0, code.Length / Length).Where(i => OpCode(i) == Call).Select(Immediate);

    /// <summary>Whether every path through it ends with 1 in register 0, which is what it answers.</summary>
    public bool AlwaysReturnsOne()
    {
        var results = new Result[code.Length / Length];
        var pending = new Stack<(int Instruction, Result Before)>();
        pending.Push((0, Result.Other));
        while (pending.TryPop(out (int Instruction, Result Before) step))
        {
            // A second way to the same place: only what both agree on is known there.
            Result merged =
                results[step.Instruction] == Result.NotReached || results[step.Instruction] == step.Before ? step.Before : Result.Other;
            if (merged == results[step.Instruction])
            {
                continue;
            }

            results[step.Instruction] = merged;
            if (OpCode(step.Instruction) == Exit)
            {
                if (merged != Result.One)
                {
                    return false;
                }

                continue;
            }

            Result after = After(step.Instruction, merged);
            foreach (int next in Next(step.Instruction))
            {
                pending.Push((next, after));
            }
        }

        return true;
    }

    private byte OpCode(int i) => code[i * Length];

    private int Destination(int i) => code[i * Length + 1] & 15;

    private int Offset(int i) => BinaryPrimitives.ReadInt16LittleEndian(code.AsSpan(i * Length + 2));

    private int Immediate(int i) => BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i * Length + 4));

    private Result After(int i, Result before)
    {
        byte code = OpCode(i);
        int kind = code & 7;
        bool isMove = code is 0xB7 or 0xB4; // mov immediate, 64 and 32 bits
        bool writesResult = code == Call || (Destination(i) == 0 && kind is 0 or 1 or 4 or 7); // loads and arithmetic
        writesResult |= kind == 3 && (code & 0xE0) == 0xC0; // an atomic operation may fetch into a register
        return isMove && Destination(i) == 0 ? (Immediate(i) == 1 ? Result.One : Result.Other)
            : writesResult ? Result.Other
            : before;
    }

    private IEnumerable<int> Next(int i)
    {
        byte code = OpCode(i);
        int kind = code & 7;
        if (code == LoadWide)
        {
            yield return i + 2;
            yield break;
        }

        bool isJump = kind is 5 or 6 && code != Call;
        if (isJump)
        {
            yield return i + 1 + (code == 0x06 ? Immediate(i) : Offset(i)); // 0x06: the long form
        }

        if (!isJump || (code >> 4) != 0)
        {
            yield return i + 1;
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcNet.Tests.Ebpf;

/// <summary>The least of io_uring(7): one request at a time, by submission and completion rings.</summary>
internal sealed unsafe partial class IoUring : IDisposable
{
    private const int SetupCall = 425; // io_uring_setup
    private const int EnterCall = 426; // io_uring_enter
    private const byte SendOperation = 26; // IORING_OP_SEND
    private const byte ReceiveOperation = 27; // IORING_OP_RECV
    private const uint GetEvents = 1; // IORING_ENTER_GETEVENTS
    private const long RequestsOffset = 0x10000000; // IORING_OFF_SQES
    private const int RequestSize = 64;
    private const int CompletionSize = 16;
    private const int ReadWrite = 3; // PROT_READ | PROT_WRITE
    private const int SharedPopulated = 0x8001; // MAP_SHARED | MAP_POPULATE

    private readonly int _descriptor;
    private readonly Parameters _parameters;
    private readonly byte* _rings;
    private readonly nuint _ringsLength;
    private readonly byte* _requests;

    private IoUring(int descriptor, in Parameters parameters)
    {
        _descriptor = descriptor;
        _parameters = parameters;
        _ringsLength = Math.Max(
            parameters.Submission.Array + (parameters.SubmissionEntries * 4),
            parameters.Completion.Entries + (parameters.CompletionEntries * CompletionSize)
        );
        _rings = Map(null, _ringsLength, ReadWrite, SharedPopulated, descriptor, 0);
        _requests = Map(null, parameters.SubmissionEntries * RequestSize, ReadWrite, SharedPopulated, descriptor, RequestsOffset);
    }

    /// <summary>Makes a ring; null where the kernel has none or forbids it (kernel.io_uring_disabled).</summary>
    public static IoUring? TryOpen([NotNullWhen(false)] out string reason)
    {
        Parameters parameters = default;
        nint descriptor = Call(SetupCall, 4, (nint)(&parameters), 0, 0, 0, 0);
        reason = descriptor < 0 ? $"io_uring_setup: {Marshal.GetLastPInvokeErrorMessage()}" : string.Empty;
        return descriptor < 0 ? null : new IoUring((int)descriptor, parameters);
    }

    /// <summary>Sends bytes; gives how many went.</summary>
    public int Send(Socket socket, int length) => Do(SendOperation, socket, length);

    /// <summary>Receives bytes; gives how many came.</summary>
    public int Receive(Socket socket, int length) => Do(ReceiveOperation, socket, length);

    public void Dispose()
    {
        _ = Unmap(_rings, _ringsLength);
        _ = Unmap(_requests, _parameters.SubmissionEntries * RequestSize);
        _ = Close(_descriptor);
    }

    private int Do(byte operation, Socket socket, int length)
    {
        byte[] buffer = GC.AllocateArray<byte>(length, pinned: true);
        fixed (byte* start = buffer)
        {
            uint* tail = (uint*)(_rings + _parameters.Submission.Tail);
            uint place = *tail & *(uint*)(_rings + _parameters.Submission.Mask);
            byte* request = _requests + (place * RequestSize);
            new Span<byte>(request, RequestSize).Clear();
            request[0] = operation;
            *(int*)(request + 4) = (int)socket.Handle;
            *(byte**)(request + 16) = start;
            *(int*)(request + 24) = length;
            ((uint*)(_rings + _parameters.Submission.Array))[place] = place;
            Volatile.Write(ref *tail, *tail + 1);
            if (Call(EnterCall, _descriptor, 1, 1, (nint)GetEvents, 0, 0) < 0)
            {
                throw new IOException($"io_uring_enter: {Marshal.GetLastPInvokeErrorMessage()}");
            }

            uint* head = (uint*)(_rings + _parameters.Completion.Head);
            uint done = *head & *(uint*)(_rings + _parameters.Completion.Mask);
            int result = *(int*)(_rings + _parameters.Completion.Entries + (done * CompletionSize) + 8);
            Volatile.Write(ref *head, *head + 1);
            return result;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third, nint fourth, nint fifth, nint sixth);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial byte* Map(void* at, nuint length, int protection, int flags, int descriptor, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(void* start, nuint length);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    // struct io_uring_params
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    private struct Parameters
    {
        [FieldOffset(0)]
        public uint SubmissionEntries;

        [FieldOffset(4)]
        public uint CompletionEntries;

        [FieldOffset(40)]
        public SubmissionOffsets Submission;

        [FieldOffset(80)]
        public CompletionOffsets Completion;
    }

    // struct io_sqring_offsets
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct SubmissionOffsets
    {
        [FieldOffset(4)]
        public uint Tail;

        [FieldOffset(8)]
        public uint Mask;

        [FieldOffset(24)]
        public uint Array;
    }

    // struct io_cqring_offsets
    [StructLayout(LayoutKind.Explicit, Size = 40)]
    private struct CompletionOffsets
    {
        [FieldOffset(0)]
        public uint Head;

        [FieldOffset(8)]
        public uint Mask;

        [FieldOffset(20)]
        public uint Entries;
    }
}

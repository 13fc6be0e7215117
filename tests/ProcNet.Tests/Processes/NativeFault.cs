using ProcNet.Linux.Native;

namespace ProcNet.Tests.Processes;

/// <summary>Has a native call of the calling thread fail, until it is disposed.</summary>
internal sealed class NativeFault : IDisposable
{
    // One at a time: the seam is the process's own.
    private static readonly Lock s_one = new();

    public NativeFault(string call, int error, int from)
    {
        s_one.Enter();
        int thread = Environment.CurrentManagedThreadId;
        int occasion = 0;
        NativeCall.Fault = name => name == call && Environment.CurrentManagedThreadId == thread && ++occasion >= from ? error : 0;
    }

    public void Dispose()
    {
        NativeCall.Fault = null;
        s_one.Exit();
    }
}

using System.Runtime.InteropServices;
using ProcNet.Text;

namespace ProcNet.Linux;

/// <summary>A native call failed.</summary>
internal sealed class LinuxException : Exception
{
    /// <summary>Makes an exception of an error number.</summary>
    /// <param name="call">What was called, and on what: <c>openat /proc</c>.</param>
    /// <param name="error">The error number.</param>
    public LinuxException(string call, int error)
        : base(OutsideText.Sanitize($"{call}: {Marshal.GetPInvokeErrorMessage(error)} (errno {error})")) => Error = error;

    /// <summary>The error number; see <see cref="Errno"/>.</summary>
    public int Error { get; }

    /// <summary>Makes an exception of the calling thread's last native call.</summary>
    public static LinuxException FromLastCall(string call) => new(call, Marshal.GetLastPInvokeError());
}

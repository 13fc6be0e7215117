using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

/// <summary>
/// What all calls to the C library have in common: a shortage is thrown and never given back as an answer, and tests can have a
/// call fail.
/// </summary>
internal static class NativeCall
{
    /// <summary>The name under which the start of a thread can be made to fail.</summary>
    public const string Thread = "clone";

    /// <summary>
    /// Has calls fail: given the name of one, the error number that it shall end with, or 0. For tests; null outside of
    /// them.
    /// </summary>
    public static volatile Func<string, int>? Fault;

    /// <summary>Whether a call is to fail; the error number is set then.</summary>
    public static bool IsFaulted(string call)
    {
        if (Fault is not { } fault || fault(call) is not (not 0 and int error))
        {
            return false;
        }

        Marshal.SetLastPInvokeError(error);
        return true;
    }

    /// <summary>Passes a result on.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.OutOfResources"/>.</exception>
    public static int Checked(string call, int result) => (int)Checked(call, (nint)result);

    /// <inheritdoc cref="Checked(string, int)"/>
    public static nint Checked(string call, nint result)
    {
        if (result < 0 && Marshal.GetLastPInvokeError() is var error && ResourceShortage.IsMeantBy(error))
        {
            throw ResourceShortage.Of(call, error);
        }

        return result;
    }
}

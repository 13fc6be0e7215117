using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Processes;

/// <summary>Reads directories whose entries are numbers (process ids, file descriptors) by getdents64(2) into one reused buffer.</summary>
internal sealed unsafe class DirectoryEntries
{
    private const int RecordLengthOffset = 16; // d_reclen of linux_dirent64
    private const int NameOffset = 19; // d_name
    private const int BufferLength = 32768;

    // With d_name of 256 bytes, aligned: no record is longer.
    private const int LongestRecord = 280;

    // Pinned, so that system calls can be given its address for good, and entry names in it are paths for readlinkat(2).
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    private int _directory;
    private int _position;
    private int _end;
    private bool _isLast;

    /// <summary>Whether there was any entry since the beginning whose name is a number.</summary>
    public bool WasAny { get; private set; }

    /// <summary>Why the reading ended before the end: an error number; 0 where it did not.</summary>
    public int Error { get; private set; }

    /// <summary>Begins to read a directory.</summary>
    /// <param name="directory">Its open descriptor, just opened.</param>
    public void Begin(int directory)
    {
        _directory = directory;
        _position = 0;
        _end = 0;
        _isLast = false;
        WasAny = false;
        Error = 0;
    }

    /// <summary>The next entry whose name is a number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="name">Its name, up to a zero byte; stands until the next call.</param>
    /// <returns>False at the end, or where the directory has gone or cannot be read: see <see cref="Error"/>.</returns>
    public bool Next(out int number, out byte* name)
    {
        byte* start = (byte*)System.Runtime.CompilerServices.Unsafe.AsPointer(ref _buffer[0]);
        while (true)
        {
            if (_position >= _end)
            {
                // /proc fills the buffer as long as there is room for another (proc_readfd_common, proc_pid_readdir): no need to hear that
                // it is over.
                _position = 0;
                _end = _isLast ? 0 : (int)LibC.GetDents64(_directory, start, BufferLength);
                _isLast = _end < BufferLength - LongestRecord;
                if (_end <= 0)
                {
                    Error = _end < 0 ? Marshal.GetLastPInvokeError() : 0;
                    _end = 0;
                    number = 0;
                    name = null;
                    return false;
                }
            }

            byte* entry = start + _position;
            _position += *(ushort*)(entry + RecordLengthOffset);
            name = entry + NameOffset;
            if (TryParse(name, out number))
            {
                WasAny = true;
                return true;
            }
        }
    }

    private static bool TryParse(byte* name, out int number)
    {
        number = 0;
        byte* digit = name;
        for (; *digit is >= (byte)'0' and <= (byte)'9'; digit++)
        {
            number = unchecked(number * 10 + (*digit - '0'));
        }

        return *digit == 0 && digit > name && digit - name <= 10;
    }
}

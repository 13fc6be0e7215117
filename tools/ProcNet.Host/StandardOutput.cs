using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ProcNet.Host;

/// <summary>Standard output in UTF-8 that, unlike <see cref="Console.Out"/>, says when its reader has gone.</summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    public static TextWriter Open()
    {
        // A FileStream writes to a file at an offset of its own (pwrite), so that whoever writes next, into the same file, begins
        // at the old end. The console's stream does not, and a file has no reader that can go.
        Stream stream = new FileStream(new SafeFileHandle(Descriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        if (stream.CanSeek)
        {
            stream = Console.OpenStandardOutput();
        }

        var writer = TextWriter.Synchronized(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true });

        // A script that writes to the console itself takes the same way, so that lines keep their order.
        Console.SetOut(writer);
        return writer;
    }
}

using System.Management.Automation;

namespace ProcNet.Host;

/// <summary>Progress as one line that is written over, and only where somebody looks: when standard error is a terminal.</summary>
internal sealed class ProgressLine
{
    private readonly bool _isShown = !Console.IsErrorRedirected;
    private readonly Lock _lock = new();
    private int _length;

    public void Show(ProgressRecord record)
    {
        if (!_isShown)
        {
            return;
        }

        lock (_lock)
        {
            Clear();
            if (record.RecordType == ProgressRecordType.Completed)
            {
                return;
            }

            string left = record.SecondsRemaining >= 0 ? $", {record.SecondsRemaining} s left" : string.Empty;
            string text = $"{record.Activity}: {record.StatusDescription}{left}";

            // A line that wraps cannot be written over.
            text = text[..Math.Min(text.Length, Math.Max(Console.WindowWidth - 1, 0))];
            Console.Error.Write(text);
            _length = text.Length;
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            if (_length > 0)
            {
                Console.Error.Write("\r" + new string(' ', _length) + "\r");
                _length = 0;
            }
        }
    }
}

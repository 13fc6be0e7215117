using System.Diagnostics;
using ProcNet.Presentation;

namespace ProcNet.Screen;

/// <summary>A live screen: takes rows, obeys keys, draws. Whoever calls it, one call at a time is served.</summary>
internal sealed class TrafficScreen : ITrafficScreen
{
    // Rows of one sample come together: a picture waits for the last of them, but not for long. Silence is told of by itself.
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan s_longest = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_still = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Board _board = new();
    private readonly ITerminal _terminal;
    private readonly Picture _picture;
    private readonly ScreenState _state;
    private readonly int _groupCount = Enum.GetValues<ScreenGroup>().Length;
    private readonly int _sortCount = Enum.GetValues<ScreenSort>().Length;
    private Board? _frozen;
    private List<Line> _lines = [];
    private (int Width, int Height) _size;
    private bool _isNew = true;
    private bool _isChanged;
    private long _drawnAt;
    private long _heardAt;
    private long _servedAt;

    private TrafficScreen(ScreenOptions options, ITerminal terminal)
    {
        _terminal = terminal;
        _picture = new Picture(terminal);
        _state = new ScreenState
        {
            Group = options.GroupBy,
            Sort = options.SortBy,
            Filter = options.Filter ?? "",
            HasKeys = options.HasKeys,
        };
    }

    /// <inheritdoc/>
    public bool IsServed => Stopwatch.GetElapsedTime(Volatile.Read(ref _servedAt)) < s_longest;

    /// <inheritdoc/>
    public bool IsClosed { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<TrafficRow> Chosen { get; private set; } = [];

    /// <summary>Draws an empty picture.</summary>
    public static TrafficScreen Open(ScreenOptions options, ITerminal terminal)
    {
        var screen = new TrafficScreen(options, terminal);
        try
        {
            screen.Draw();
            return screen;
        }
        catch
        {
            screen.Close();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Add(TrafficRow row)
    {
        lock (_gate)
        {
            if (!IsClosed)
            {
                _board.Add(row);
                _isNew = true;
                _heardAt = Stopwatch.GetTimestamp();

                // Where rows come without a pause, nobody else would draw.
                if (Stopwatch.GetElapsedTime(_drawnAt) > s_longest)
                {
                    Work();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Tick(bool isStandIn)
    {
        lock (_gate)
        {
            if (!isStandIn)
            {
                Volatile.Write(ref _servedAt, Stopwatch.GetTimestamp());
            }

            if (!IsClosed)
            {
                Work();
            }
        }
    }

    /// <inheritdoc/>
    public void Say(string message)
    {
        lock (_gate)
        {
            _state.Message = message;
            _isChanged = true;
        }
    }

    /// <inheritdoc/>
    public void Close()
    {
        lock (_gate)
        {
            IsClosed = true;
            _terminal.Dispose();
            _picture.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void Work()
    {
        while (!IsClosed && _terminal.TryReadKey(out ConsoleKeyInfo key))
        {
            Obey(key);
        }

        if (IsClosed)
        {
            return;
        }

        (int, int) size = (_terminal.Width, _terminal.Height);
        TimeSpan drawn = Stopwatch.GetElapsedTime(_drawnAt);
        bool isDue = _isNew && !_state.IsPaused && (Stopwatch.GetElapsedTime(_heardAt) > s_quiet || drawn > s_longest);
        if (isDue || _isChanged || size != _size || _terminal.WasLost() || (drawn > s_still && !_state.IsPaused))
        {
            Draw();
        }
    }

    private void Draw()
    {
        Board board = _frozen ?? _board;
        _lines = board.List(_state.Group, _state.Sort, _state.Filter);
        _isNew = false;
        _size = (_terminal.Width, _terminal.Height);
        Select();
        _terminal.Write(_picture.Draw(board, _state, _lines));
        _isChanged = false;
        _drawnAt = Stopwatch.GetTimestamp();
    }

    /// <summary>Finds the chosen line again, and has it shown.</summary>
    private void Select()
    {
        int found = _state.SelectedKey is string key ? _lines.FindIndex(line => line.Key == key) : 0;
        _state.Selected = Math.Max(0, found >= 0 ? found : Math.Min(_state.Selected, _lines.Count - 1));
        int rows = Picture.RowsIn(_size.Height);
        _state.FirstShown = Math.Clamp(_state.FirstShown, Math.Max(0, _state.Selected - rows + 1), _state.Selected);
        _state.FirstShown = Math.Min(_state.FirstShown, Math.Max(0, _lines.Count - rows));
    }

    private void Obey(ConsoleKeyInfo key)
    {
        _isChanged = true;
        if (_state.IsTyping)
        {
            Type(key);
            return;
        }

        switch (key.Key)
        {
            case ConsoleKey.UpArrow:
                Move(-1);
                break;
            case ConsoleKey.DownArrow:
                Move(1);
                break;
            case ConsoleKey.PageUp:
                Move(-Picture.RowsIn(_size.Height));
                break;
            case ConsoleKey.PageDown:
                Move(Picture.RowsIn(_size.Height));
                break;
            case ConsoleKey.Home:
                Move(-_lines.Count);
                break;
            case ConsoleKey.End:
                Move(_lines.Count);
                break;
            case ConsoleKey.Enter:
                if (_state.Selected < _lines.Count)
                {
                    Chosen = [.. _lines[_state.Selected].Entries.Select(entry => entry.Row)];
                }

                Close();
                break;
            case ConsoleKey.Escape:
                Close();
                break;
            default:
                Obey(key.KeyChar);
                break;
        }
    }

    private void Obey(char key)
    {
        switch (char.ToLowerInvariant(key))
        {
            case 'q':
                Close();
                break;
            case 's':
                _state.Sort = (ScreenSort)(((int)_state.Sort + 1) % _sortCount);
                break;
            case 'g':
                _state.Group = (ScreenGroup)(((int)_state.Group + 1) % _groupCount);
                _state.SelectedKey = null;
                break;
            case 'p' or ' ':
                _frozen = _frozen is null ? _board.Copy() : null;
                _state.IsPaused = _frozen is not null;
                break;
            case '/' or 'f':
                _state.IsTyping = true;
                break;
            case 'k':
                Move(-1);
                break;
            case 'j':
                Move(1);
                break;
        }
    }

    private void Type(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                _state.IsTyping = false;
                break;
            case ConsoleKey.Escape:
                _state.Filter = "";
                _state.IsTyping = false;
                break;
            case ConsoleKey.Backspace:
                _state.Filter = _state.Filter.Length == 0 ? "" : _state.Filter[..^1];
                break;
            default:
                if (!char.IsControl(key.KeyChar))
                {
                    _state.Filter += key.KeyChar;
                }

                break;
        }
    }

    private void Move(int by)
    {
        if (_lines.Count > 0)
        {
            _state.Selected = Math.Clamp(_state.Selected + by, 0, _lines.Count - 1);
            _state.SelectedKey = _lines[_state.Selected].Key;
        }
    }
}

using System.Globalization;
using System.Text;
using ProcNet.Presentation;
using ProcNet.Text;
using Spectre.Console;
using Spectre.Console.Rendering;
using TextLine = Spectre.Console.Text;

namespace ProcNet.Screen;

/// <summary>Draws a board and the state of the screen as the lines of a terminal.</summary>
internal sealed class Picture : IAnsiConsoleOutput, IDisposable
{
    private const string Bars = " ▁▂▃▄▅▆▇█";
    private const string AsciiBars = " .:-=+*#@";
    private const int HeadLines = 3;
    private const int FootLines = 2;

    // Colours by what a thing is, none that means danger: traffic is none.
    private static readonly Style s_plain = Style.Plain;
    private static readonly Style s_faint = new(decoration: Decoration.Dim);
    private static readonly Style s_strong = new(decoration: Decoration.Bold);
    private static readonly Style s_heading = new(decoration: Decoration.Underline);
    private static readonly Style s_unattributed = new(Color.Olive);
    private static readonly Style s_trend = new(Color.Teal);
    private static readonly Style s_selected = new(decoration: Decoration.Invert);

    private readonly StringBuilder _text = new();
    private readonly StringWriter _writer;
    private readonly ITerminal _terminal;
    private readonly IAnsiConsole _console;

    public Picture(ITerminal terminal)
    {
        _terminal = terminal;
        _writer = new StringWriter(_text, CultureInfo.InvariantCulture) { NewLine = "\n" };
        _console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = this,
                Ansi = AnsiSupport.Yes,
                ColorSystem = terminal.HasColors ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            }
        );
        _console.Profile.Capabilities.Unicode = terminal.IsUnicode;
    }

    /// <inheritdoc/>
    TextWriter IAnsiConsoleOutput.Writer => _writer;

    /// <inheritdoc/>
    bool IAnsiConsoleOutput.IsTerminal => true;

    /// <inheritdoc/>
    int IAnsiConsoleOutput.Width => _terminal.Width;

    /// <inheritdoc/>
    int IAnsiConsoleOutput.Height => _terminal.Height;

    /// <inheritdoc/>
    void IAnsiConsoleOutput.SetEncoding(Encoding encoding)
    {
        // The writer is a string: it has none.
    }

    /// <summary>How many lines of the table a terminal of this height shows.</summary>
    public static int RowsIn(int height) => Math.Max(1, height - HeadLines - FootLines);

    /// <summary>Draws everything; the text puts the cursor at the top, and leaves nothing of what was there.</summary>
    public string Draw(Board board, ScreenState state, IReadOnlyList<Line> lines)
    {
        (int width, int height) = (_terminal.Width, _terminal.Height);
        _text.Clear();
        _console.Profile.Width = width;
        _console.Write(
            new Rows(
                One(Summary(board, width)),
                One(new TextLine(Settings(board, state, lines), state.IsPaused || state.IsTyping ? s_strong : s_faint)),
                Table(board, state, lines, width, height)
            )
        );
        string body = _text.ToString();
        List<string> all = [.. body.TrimEnd('\n').Split('\n')];
        while (all.Count < height - FootLines)
        {
            all.Add("");
        }

        all.RemoveRange(Math.Max(0, height - FootLines), Math.Max(0, all.Count - (height - FootLines)));
        _text.Clear();
        _console.Write(new Rows(One(new TextLine(state.Message, s_strong)), One(new TextLine(Keys(state, width), s_faint))));
        all.AddRange(_text.ToString().TrimEnd('\n').Split('\n'));
        if (all.Count > height)
        {
            all.RemoveRange(height, all.Count - height);
        }

        // As one update where the terminal knows that (mode 2026), so that nothing flickers.
        return "\e[?2026h\e[H" + string.Join("\e[K\r\n", all) + "\e[K\e[J\e[?2026l";
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static IRenderable One(IRenderable text) =>
        text switch
        {
            Paragraph paragraph => paragraph.Overflow(Overflow.Crop),
            TextLine line => line.Overflow(Overflow.Crop),
            _ => text,
        };

    private static string Rate(double bytesPerSecond) =>
        bytesPerSecond < 0.5 ? "0" : SizeText.Of(bytesPerSecond, CultureInfo.CurrentCulture) + "/s";

    private static string Elapsed(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    private static Paragraph Summary(Board board, int width)
    {
        Paragraph text = new();
        text.Append("ProcNet ", s_strong);
        if (board.IsEmpty)
        {
            return text.Append("waiting for the first sample", s_faint);
        }

        double sent = 0,
            received = 0;
        long total = 0,
            unattributed = 0;
        foreach (HostClock host in board.Hosts.Values)
        {
            (double hostSent, double hostReceived) = host.Rates;
            sent += hostSent;
            received += hostReceived;
            total += host.TotalBytes;
            unattributed += host.UnattributedBytes;
        }

        // As much as one line holds, the most wanted first.
        int room = width - "ProcNet ".Length;
        Append($"{Hosts(board)} {Elapsed(board.Hosts.Values.Max(host => host.Elapsed))}", "", s_plain);
        Append("  sent ", Rate(sent), s_strong);
        Append("  received ", Rate(received), s_strong);
        string percent = (100.0 * unattributed / Math.Max(1, total)).ToString("0.#", CultureInfo.CurrentCulture) + "%";
        if (unattributed > 0 && width < 100)
        {
            Append("  no process ", percent, s_unattributed);
        }

        Append("  total ", SizeText.Of(total, CultureInfo.CurrentCulture), s_strong);
        if (unattributed > 0 && width >= 100)
        {
            Append("  no process ", percent, s_unattributed);
        }

        void Append(string label, string value, Style style)
        {
            room -= label.Length + value.Length;
            if (room >= 0)
            {
                text.Append(label, value.Length == 0 ? style : s_faint).Append(value, style);
            }
        }

        return text;
    }

    private static string Hosts(Board board)
    {
        string[] silent =
        [
            .. board
                .Hosts.Where(host => host.Value.Silence > TimeSpan.Zero)
                .Select(host => $"{NameOf(host.Key)} silent for {(int)host.Value.Silence.TotalSeconds} s"),
        ];
        string names = board.Hosts.Count <= 3 ? string.Join(", ", board.Hosts.Keys.Select(NameOf)) : $"{board.Hosts.Count} hosts";
        return silent.Length == 0 ? names : $"{names} ({string.Join(", ", silent)})";
    }

    private static string NameOf(string host) => host.Length == 0 ? Environment.MachineName : host;

    private static string Settings(Board board, ScreenState state, IReadOnlyList<Line> lines)
    {
        if (state.IsTyping)
        {
            return $"Filter: {state.Filter}_   Enter keeps it, Esc clears it";
        }

        string sort = state.Sort switch
        {
            ScreenSort.Rate => "average of 10 s",
            ScreenSort.Sent => "sent, average of 10 s",
            ScreenSort.Received => "received, average of 10 s",
            ScreenSort.Total => "total",
            _ => "name",
        };
        string filter = state.Filter.Length == 0 ? "" : $"  with '{state.Filter}'";
        string paused = state.IsPaused ? "  PAUSED: counting goes on" : "";
        return $"{lines.Count} by {state.Group.ToString().ToLowerInvariant()}{filter}, sorted by {sort}{paused}";
    }

    private static string Keys(ScreenState state, int width)
    {
        if (!state.HasKeys)
        {
            return "Ctrl+C ends";
        }

        return width < 70
            ? "s sort  g group  / filter  p pause  Enter take  q quit"
            : $"s sort  g group  / filter  {(state.IsPaused ? "p go on" : "p pause")}  arrows choose  Enter take the row  q quit";
    }

    private static string Name(Line line, ScreenState state)
    {
        string name = OutsideText.Sanitize(line.Name);
        return state.Group == ScreenGroup.Process
            ? line.Row.HasExited
                ? name + " (exited)"
                : name
            : line.Count > 1 && line.IsAttributed
                ? string.Create(CultureInfo.InvariantCulture, $"{name} ({line.Count})")
                : name;
    }

    private static Style StyleOf(double rate, bool isAttributed) =>
        rate < 0.5 ? s_faint
        : rate >= 1 << 20 ? (isAttributed ? s_strong : s_unattributed)
        : isAttributed ? s_plain
        : s_unattributed;

    private Table Table(Board board, ScreenState state, IReadOnlyList<Line> lines, int width, int height)
    {
        bool hasHosts = board.Hosts.Count > 1;
        bool hasIds = state.Group == ScreenGroup.Process && width >= 40;
        bool hasTotal = width >= 50;
        bool hasTrend = width >= 60;
        bool hasUser = width >= 110;
        int trend =
            !hasTrend ? 0
            : width >= 120 ? 30
            : width >= 90 ? 20
            : 15;
        int numbers = 12 + 12 + (hasTotal ? 10 : 0);
        int name = width - numbers - (hasIds ? 9 : 0) - (hasHosts ? 13 : 0) - (hasTrend ? trend + 1 : 0) - (hasUser ? 25 : 0);

        var table = new Table
        {
            Border = TableBorder.None,
            ShowHeaders = true,
            Width = width,
            Expand = false,
        };
        List<(string Heading, int Width, Justify Side)> columns = [];
        if (hasHosts)
        {
            columns.Add(("Host", 12, Justify.Left));
        }

        if (hasIds)
        {
            columns.Add(("PID", 8, Justify.Right));
        }

        columns.Add((state.Group.ToString(), Math.Max(8, name - 1), Justify.Left));
        if (hasUser)
        {
            columns.Add(("User", 11, Justify.Left));
            columns.Add(("Unit", 12, Justify.Left));
        }

        if (hasTrend)
        {
            columns.Add(("Last minute", trend, Justify.Left));
        }

        columns.Add(("Sent", 11, Justify.Right));
        columns.Add(("Received", 11, Justify.Right));
        if (hasTotal)
        {
            columns.Add(("Total", 9, Justify.Right));
        }

        foreach ((string heading, int columnWidth, Justify side) in columns)
        {
            table.AddColumn(
                new TableColumn(new TextLine(heading, s_heading))
                {
                    Width = columnWidth,
                    NoWrap = true,
                    Alignment = side,
                    Padding = new Padding(0, 0, 1, 0),
                }
            );
        }

        int rows = RowsIn(height);
        double most = 0;
        double[] parts = new double[Math.Max(1, trend)];
        for (int i = state.FirstShown; i < lines.Count && i < state.FirstShown + rows; i++)
        {
            lines[i].Trend(parts);
            most = Math.Max(most, parts.Max());
        }

        for (int i = state.FirstShown; i < lines.Count && i < state.FirstShown + rows; i++)
        {
            Line line = lines[i];
            bool isSelected = i == state.Selected && state.HasKeys;
            Style style = isSelected ? s_selected : StyleOf(line.SentRate + line.ReceivedRate, line.IsAttributed);
            List<IRenderable> cells = [];
            if (hasHosts)
            {
                cells.Add(Cell(NameOf(line.Host), 12, style));
            }

            if (hasIds)
            {
                cells.Add(Cell(line.Row.ProcessId?.ToString(CultureInfo.InvariantCulture) ?? "", 8, style));
            }

            cells.Add(Cell(Name(line, state), Math.Max(8, name - 1), style));
            if (hasUser)
            {
                cells.Add(Cell(line.Row.UserName ?? "", 11, style));
                cells.Add(Cell(line.Row.Unit ?? line.Row.Container ?? "", 12, style));
            }

            if (hasTrend)
            {
                line.Trend(parts);
                cells.Add(new TextLine(Trend(parts, most), s_trend).Overflow(Overflow.Crop));
            }

            cells.Add(Cell(Rate(line.SentRate), 11, style));
            cells.Add(Cell(Rate(line.ReceivedRate), 11, style));
            if (hasTotal)
            {
                cells.Add(Cell(SizeText.Of(line.TotalBytes, CultureInfo.CurrentCulture), 9, style));
            }

            table.AddRow(cells);
        }

        return table;
    }

    private TextLine Cell(string text, int width, Style style) => new TextLine(Cut(text, width), style).Overflow(Overflow.Crop);

    /// <summary>Cuts what is too long in the middle of the mark: a table of the terminal has one line for each row.</summary>
    private string Cut(string text, int width)
    {
        string mark = _terminal.IsUnicode ? "…" : "~";
        if (text.GetCellWidth() <= width)
        {
            return text;
        }

        int kept = text.Length;
        while (kept > 0 && text[..kept].GetCellWidth() > width - 1)
        {
            kept--;
        }

        return text[..(kept > 0 && char.IsHighSurrogate(text[kept - 1]) ? kept - 1 : kept)] + mark;
    }

    /// <summary>One scale for all rows of the picture, by the square root, so that small traffic beside large is seen too.</summary>
    private string Trend(ReadOnlySpan<double> parts, double most)
    {
        string bars = _terminal.IsUnicode ? Bars : AsciiBars;
        Span<char> text = stackalloc char[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            double share = most > 0 ? Math.Sqrt(parts[i] / most) : 0;
            text[i] = parts[i] < 0.5 ? ' ' : bars[Math.Clamp((int)Math.Ceiling(share * (bars.Length - 1)), 1, bars.Length - 1)];
        }

        return new string(text);
    }
}

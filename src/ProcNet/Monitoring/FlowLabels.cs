using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.OwnerLookup;
using ProcNet.Packets;
using ProcNet.Sources;
using ProcNet.Sources.Recording;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>
/// What the packets of a live capture bear in its file: who owns them, found while they wait. A thread of its own asks for the owners of
/// new conversations, some at a time; those that nobody is known for are asked for again, a little later, and are then written without. The
/// file's end says it for good.
/// </summary>
internal sealed class FlowLabels : IPacketLabels, IDisposable
{
    // How long after a conversation's first packet its owner is asked for, and asked for again while there is none.
    private static readonly int[] s_attempts = [40, 150, 400, 900];
    private const int TickMilliseconds = 40;
    private const int AskAgainMilliseconds = 2000;
    private const int MostAtOnce = 1 << 14;
    private const int MostAsked = 1 << 17;

    private readonly IOwnerSearch _search;
    private readonly ProcessDescriptions _descriptions;
    private readonly Lock _descriptionGate = new();
    private readonly ProcessSelection? _selection;
    private readonly LabelText _text;
    private readonly Dictionary<int, FlowState> _states = [];
    private readonly HashSet<RecordedProcess> _named = [];
    private readonly ConcurrentQueue<Question> _asked = new();
    private readonly ConcurrentQueue<Answer> _answers = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Thread _thread;
    private IRecordableSource? _source;
    private int _lastExpected;
    private int _file = 1;
    private volatile bool _isStopped;

    /// <summary>Prepares it.</summary>
    /// <param name="search">Finds owners.</param>
    /// <param name="descriptions">Describes them.</param>
    /// <param name="selection">Whose packets are kept; null for everybody's.</param>
    /// <param name="writesOwners">Whether packets say whose they are.</param>
    public FlowLabels(IOwnerSearch search, ProcessDescriptions descriptions, ProcessSelection? selection, bool writesOwners)
    {
        _search = search;
        _descriptions = descriptions;
        _selection = selection;
        _text = new LabelText(writesOwners);
        WritesOwners = writesOwners;
        _thread = new Thread(Run) { IsBackground = true, Name = "ProcNet savefile owners" };
    }

    /// <summary>Whether packets say whose they are.</summary>
    public bool WritesOwners { get; }

    /// <summary>Gives the source whose conversations they are, before <see cref="Start"/>.</summary>
    public void Attach(IRecordableSource source) => _source = source;

    /// <inheritdoc/>
    public void Start() => ResourceShortage.StartThread(_thread);

    /// <inheritdoc/>
    public void Stop()
    {
        if (!_isStopped)
        {
            _isStopped = true;
            _stop.Cancel();
        }
    }

    /// <inheritdoc/>
    public void Expect(int flow)
    {
        if (flow <= 0 || flow == _lastExpected)
        {
            return;
        }

        _lastExpected = flow;
        ref FlowState state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, flow, out bool exists);
        if (!exists)
        {
            state.AskedAt = Environment.TickCount64;
            Ask(flow, ref state);
        }
    }

    /// <inheritdoc/>
    public PacketLabel? Find(in RecordedPacket packet, bool mustAnswer)
    {
        if (packet.Flow <= 0)
        {
            return packet.Flow == CountedPacket.TableFull ? _text.TableFull(_selection is null) : PacketLabel.None;
        }

        if (!_answers.IsEmpty)
        {
            TakeAnswers();
        }

        ref FlowState state = ref CollectionsMarshal.GetValueRefOrAddDefault(_states, packet.Flow, out _);
        if (state.Owners is null || !state.IsFinal)
        {
            if (!mustAnswer && !_isStopped)
            {
                return null;
            }
        }
        else if (!state.Owners.HasAll && !_isStopped)
        {
            AskAgain(packet.Flow, ref state);
        }

        return Label(packet, ref state);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordedFlow> EndFile()
    {
        List<int> numbers = [];
        foreach ((int number, FlowState state) in _states)
        {
            if (state.File == _file)
            {
                numbers.Add(number);
            }
        }

        _file++;
        return WritesOwners ? ToRecords(_search.Attribute(_source!.SnapshotOf(numbers))) : [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordedProcess> TakeNamed()
    {
        RecordedProcess[] named = [.. _named];
        _named.Clear();
        return named;
    }

    /// <inheritdoc/>
    public IReadOnlyList<RecordedFlow> Keep(IReadOnlyList<RecordedFlow> resolved)
    {
        List<RecordedFlow> kept = [];
        HashSet<int> done = [];
        foreach (RecordedFlow flow in resolved)
        {
            if (_states.TryGetValue(flow.Number, out FlowState state) && state.File == _file)
            {
                kept.Add(flow);
            }

            done.Add(flow.Number);
        }

        foreach (int number in done)
        {
            _states.Remove(number);
        }

        return WritesOwners ? kept : [];
    }

    /// <summary>Takes over what was found out about conversations, for the packets of theirs that wait still. On any thread.</summary>
    public IReadOnlyList<RecordedFlow> Resolve(List<AttributedFlow> rows)
    {
        PassOn(rows, isFinal: static _ => true);
        return ToRecords(rows);
    }

    /// <summary>Ends the thread.</summary>
    public void Dispose()
    {
        Stop();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _stop.Dispose();
    }

    private void Ask(int flow, ref FlowState state)
    {
        if (_asked.Count >= MostAsked)
        {
            // A flood: what is known at the end of the file is soon enough.
            state.IsFinal = true;
            state.Owners = FlowOwners.Unknown;
            return;
        }

        _asked.Enqueue(new Question(flow, 0, state.AskedAt + s_attempts[0]));
    }

    private void AskAgain(int flow, ref FlowState state)
    {
        long now = Environment.TickCount64;
        if (now - state.AskedAt > AskAgainMilliseconds && _asked.Count < MostAsked)
        {
            state.AskedAt = now;
            _asked.Enqueue(new Question(flow, s_attempts.Length - 1, now));
        }
    }

    private void TakeAnswers()
    {
        while (_answers.TryDequeue(out Answer answer))
        {
            ref FlowState state = ref CollectionsMarshal.GetValueRefOrNullRef(_states, answer.Flow);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref state))
            {
                continue;
            }

            if (state.Owners?.HasAny != true || answer.Owners.HasAny)
            {
                // What is once known is not taken back.
                state.Owners = answer.Owners;
                state.FromLow = state.FromHigh = null;
            }

            state.IsFinal |= answer.IsFinal;
            if (state.File == _file)
            {
                Name(state.Owners);
            }
        }
    }

    private PacketLabel Label(in RecordedPacket packet, ref FlowState state)
    {
        FlowOwners owners = state.Owners ?? FlowOwners.Unknown;
        if (!owners.IsWanted && _selection is not null)
        {
            return _text.Unwanted;
        }

        if (state.File != _file)
        {
            state.File = _file;
            Name(owners);
            return _text.Compose(owners, packet.FromLow, packet.Flow);
        }

        return packet.FromLow ? state.FromLow ??= _text.Compose(owners, true) : state.FromHigh ??= _text.Compose(owners, false);
    }

    private void Name(FlowOwners owners)
    {
        if (WritesOwners)
        {
            foreach (RecordedProcess? process in (ReadOnlySpan<RecordedProcess?>)[owners.Low.Process, owners.High.Process])
            {
                if (process is not null)
                {
                    _named.Add(process);
                }
            }
        }
    }

    private void Run()
    {
        List<Question> waiting = [];
        while (!_stop.Token.WaitHandle.WaitOne(TickMilliseconds))
        {
            try
            {
                FindOwners(waiting);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (ProcNetException)
            {
                // A table that cannot be read now: the search itself tells of it, and the questions wait for the next round.
            }
        }
    }

    private void FindOwners(List<Question> waiting)
    {
        long now = Environment.TickCount64;
        while (waiting.Count < MostAsked && _asked.TryDequeue(out Question question))
        {
            waiting.Add(question);
        }

        List<Question> due = [];
        waiting.RemoveAll(question =>
        {
            bool isDue = question.DueAt <= now && due.Count < MostAtOnce;
            if (isDue)
            {
                due.Add(question);
            }

            return isDue;
        });
        if (due.Count == 0)
        {
            return;
        }

        // The table is searched and shown in the order of the numbers.
        due.Sort(static (left, right) => left.Flow.CompareTo(right.Flow));
        Dictionary<int, Question> open = [];
        foreach (Question question in due)
        {
            open[question.Flow] = question;
        }

        FlowSnapshot snapshot = _source!.SnapshotOf([.. open.Keys]);
        List<AttributedFlow> rows = _search.AttributeNew(snapshot, _stop.Token);
        HashSet<int> unowned = PassOn(rows, number => IsLast(open[number]));
        foreach (Question question in due)
        {
            if (unowned.Contains(question.Flow) && !IsLast(question))
            {
                int next = question.Attempt + 1;
                waiting.Add(new Question(question.Flow, next, now + s_attempts[next] - s_attempts[question.Attempt]));
            }
        }

        // What was taken out of the table meanwhile has been told of for good.
        HashSet<int> found = [.. rows.Select(static row => row.Number)];
        foreach (int number in open.Keys)
        {
            if (!found.Contains(number))
            {
                _answers.Enqueue(new Answer(number, FlowOwners.Unknown, true));
            }
        }
    }

    private static bool IsLast(Question question) => question.Attempt >= s_attempts.Length - 1;

    /// <summary>Passes on what rows say, and gives the numbers of the conversations for which it is worth to ask again.</summary>
    private HashSet<int> PassOn(List<AttributedFlow> rows, Func<int, bool> isFinal)
    {
        HashSet<int> unowned = [];
        Dictionary<int, FlowOwners> owners = [];
        lock (_descriptionGate)
        {
            foreach (AttributedFlow row in rows)
            {
                if (row.Number > 0)
                {
                    ref FlowOwners? of = ref CollectionsMarshal.GetValueRefOrAddDefault(owners, row.Number, out _);
                    of = (of ?? FlowOwners.Unknown).With(row, _descriptions, _selection);
                }
            }
        }

        foreach ((int number, FlowOwners of) in owners)
        {
            bool mayBeFound = of.MayBeFound;
            if (mayBeFound)
            {
                unowned.Add(number);
            }

            _answers.Enqueue(new Answer(number, of, !mayBeFound || isFinal(number)));
        }

        return unowned;
    }

    private List<RecordedFlow> ToRecords(List<AttributedFlow> rows)
    {
        List<RecordedFlow> records = new(rows.Count);
        lock (_descriptionGate)
        {
            foreach (AttributedFlow row in rows)
            {
                if (row.Key.Kind == FlowKind.Conversation && row.Number > 0)
                {
                    records.Add(RecordedFlows.ToRecord(row, _descriptions));
                }
            }
        }

        return records;
    }

    private struct FlowState
    {
        public FlowOwners? Owners;
        public PacketLabel? FromLow;
        public PacketLabel? FromHigh;
        public long AskedAt;
        public int File;
        public bool IsFinal;
    }

    private readonly record struct Question(int Flow, int Attempt, long DueAt);

    private readonly record struct Answer(int Flow, FlowOwners Owners, bool IsFinal);
}

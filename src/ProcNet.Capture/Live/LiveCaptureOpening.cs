using System.Runtime.ExceptionServices;
using ProcNet.Capture.Handles;
using ProcNet.Capture.Triggers;
using ProcNet.Flows;
using ProcNet.Interfaces;
using ProcNet.Linux.Namespaces;
using ProcNet.Packets;
using ProcNet.Sources;
using ProcNet.Text;
using SharpPcap;
using SharpPcap.LibPcap;

namespace ProcNet.Capture.Live;

/// <summary>Opens interfaces for a live capture: all that may fail fails here, before anything is counted.</summary>
internal sealed class LiveCaptureOpening
{
    // Each waits for the kernel's readers some 20 ms (synchronize_net in packet_set_ring): waits that begin together end together.
    private const int MostThreads = 32;

    private readonly LiveCaptureOptions _options;
    private readonly PacketConsumer _consumer;
    private readonly List<CapturedInterface> _captured = [];
    private readonly List<Trigger> _triggers = [];
    private readonly List<Notice> _notices = [];

    private LiveCaptureOpening(LiveCaptureOptions options)
    {
        _options = options;
        _consumer = new PacketConsumer(new PacketMeter(), options.Recorder);
    }

    private int RingBytes => _options.RingSize ?? RingSizes.ForCounting(_options.Interfaces.Count, _options.Recorder is not null);

    /// <summary>Opens the interfaces.</summary>
    /// <exception cref="ProcNetException">An interface does not exist or is down, the filter does not compile, or the user may not
    /// capture.</exception>
    public static LiveCapture Open(LiveCaptureOptions options)
    {
        if (options.Filter is { } filter)
        {
            // First of all, and for Ethernet: what no link type takes is found before anything is opened.
            PcapFilter.Compile(filter, LinkLayer.Ethernet).Dispose();
        }

        var opening = new LiveCaptureOpening(options);
        try
        {
            opening.OpenAll();
            return new LiveCapture(
                [.. opening._captured],
                [.. opening._triggers],
                opening._consumer,
                opening.RingBytes,
                options,
                opening._notices,
                opening.OpenLater
            );
        }
        catch
        {
            ParallelClose.All([.. opening._captured, .. opening._triggers.Select(trigger => trigger.Handle)]);
            throw;
        }
    }

    /// <summary>
    /// Runs work where the interfaces are: a packet socket belongs to the namespace that its maker's thread is in, and stays
    /// there.
    /// </summary>
    private T Inside<T>(Func<T> work) => _options.NetworkNamespacePath is { } path ? NetworkNamespaceThread.Run(path, work) : work();

    /// <summary>Opens an interface that came after the start.</summary>
    /// <param name="link">The interface.</param>
    /// <param name="gate">Held while it becomes known to the counting.</param>
    /// <exception cref="ProcNetException">It cannot be captured.</exception>
    private (CapturedInterface Captured, Trigger? Trigger) OpenLater(LinkInterface link, Lock gate)
    {
        OpenedDevices opened = Inside(() => OpenDevices(link, Find(ListDevices(), link)));
        lock (gate)
        {
            return Register(link, opened);
        }
    }

    private static LibPcapLiveDeviceList ListDevices()
    {
        try
        {
            return LibPcapLiveDeviceList.New();
        }
        catch (PcapException e)
        {
            throw PcapErrors.CannotList(e);
        }
    }

    private static PcapInterface? Find(LibPcapLiveDeviceList devices, LinkInterface link) =>
        devices.FirstOrDefault(device => device.Name == link.Name)?.Interface;

    private void OpenAll()
    {
        IReadOnlyList<LinkInterface> links = _options.Interfaces;
        Dictionary<string, PcapInterface?> devices = Inside(static () =>
            ListDevices().DistinctBy(device => device.Name).ToDictionary(device => device.Name, device => (PcapInterface?)device.Interface)
        );
        var opened = new OpenedDevices?[links.Count];
        var failures = new Exception?[links.Count];
        int next = -1;
        int OpenSome()
        {
            for (int i = Interlocked.Increment(ref next); i < links.Count; i = Interlocked.Increment(ref next))
            {
                try
                {
                    opened[i] = OpenDevices(links[i], devices.GetValueOrDefault(links[i].Name));
                }
                catch (Exception e)
                {
                    failures[i] = e;
                }
            }

            return 0;
        }

        if (links.Count == 1)
        {
            Inside(OpenSome);
        }
        else
        {
            Exception? barred = null;
            void OpenSomeInside()
            {
                try
                {
                    Inside(OpenSome);
                }
                catch (Exception e)
                {
                    // The namespace may not be entered, or has gone.
                    barred = e;
                }
            }

            WorkThreads.Run(OpenSomeInside, Math.Min(links.Count, MostThreads) - 1, "ProcNet open");
            for (int i = 0; i < links.Count; i++)
            {
                failures[i] ??= opened[i] is null ? barred : null;
            }
        }

        RegisterAll(links, opened, failures);
    }

    private void RegisterAll(IReadOnlyList<LinkInterface> links, OpenedDevices?[] opened, Exception?[] failures)
    {
        for (int i = 0; i < links.Count; i++)
        {
            if (opened[i] is { } devices)
            {
                opened[i] = null;
                try
                {
                    (CapturedInterface captured, Trigger? trigger) = Register(links[i], devices);
                    _captured.Add(captured);
                    _triggers.AddRange(trigger is null ? [] : [trigger]);
                }
                catch
                {
                    Close(opened);
                    throw;
                }
            }
            else if (failures[i] is ProcNetException e && _options.SkipUnusable && IsOfOneInterface(e.Error))
            {
                _notices.Add(new Notice(NoticeKind.InterfaceSkipped, $"'{links[i].Name}' is not captured. {e.Message}"));
            }
            else
            {
                Close(opened);
                ExceptionDispatchInfo.Throw(failures[i]!);
            }
        }

        if (_captured.Count == 0)
        {
            throw new ProcNetException(
                ProcNetError.NoInterface,
                "There is no network interface to capture on.",
                "'ip -br link' lists the interfaces; bring one up with 'ip link set NAME up', or name one that is up."
            );
        }
    }

    private static void Close(OpenedDevices?[] opened) => ParallelClose.All([.. opened.OfType<OpenedDevices>()]);

    // The others fail every interface alike, or mean that a file would lack one.
    private static bool IsOfOneInterface(ProcNetError error) =>
        error
            is ProcNetError.InterfaceNotFound
                or ProcNetError.InterfaceDown
                or ProcNetError.UnknownLinkType
                or ProcNetError.InvalidFilter
                or ProcNetError.CaptureFailed;

    /// <summary>Opens the handles of an interface. The thread is in its namespace.</summary>
    private OpenedDevices OpenDevices(LinkInterface link, PcapInterface? device)
    {
        if (device is null)
        {
            throw PcapErrors.InterfaceNotFound(link.Name, InterfaceReader.ReadLinks().Select(existing => existing.Name));
        }

        LibPcapLiveDevice counting = OpenDevice(
            link.Name,
            device,
            new DeviceConfiguration
            {
                Snaplen = _options.SnapLength,
                Mode = DeviceModes.None,
                ReadTimeout = RingSizes.BlockTimeoutMilliseconds,
                BufferSize = RingBytes,
                Immediate = false,
                TimestampResolution = TimestampResolution.Nanosecond,
            }
        );
        try
        {
            var linkLayer = (LinkLayer)(int)counting.LinkType;
            if (!LinkHeader.Knows(linkLayer))
            {
                throw PcapErrors.UnknownLinkType(link.Name, (int)linkLayer);
            }

            SetFilter(counting, _options.Filter ?? string.Empty);
            return new OpenedDevices(counting, _options.TellAtOnce ? OpenTrigger(link, device, linkLayer) : null);
        }
        catch
        {
            counting.Dispose();
            throw;
        }
    }

    /// <summary>Makes an open interface known to the counting, in its slot.</summary>
    private (CapturedInterface Captured, Trigger? Trigger) Register(LinkInterface link, OpenedDevices opened)
    {
        try
        {
            var described = new TrafficInterface
            {
                Slot = (ushort)_consumer.Meter.Interfaces.Count,
                Name = OutsideText.Sanitize(link.Name),
                Index = link.Index,
                LinkLayer = (LinkLayer)(int)opened.Counting.LinkType,
                NetworkNamespace = link.NetworkNamespace,
                HardwareAddress = link.HardwareAddress,

                // Of interfaces that the user named: no other comes later that shows the same packets again.
                OpensPppoe =
                    !_options.SkipUnusable
                    && !_options.Interfaces.Any(static other => other.Name.StartsWith("ppp", StringComparison.Ordinal)),
            };
            var captured = new CapturedInterface(opened.Counting, described, _consumer, link.IsLoopback);
            Trigger? trigger = null;
            if (opened.Trigger is not null)
            {
                var sink = new TriggerSink { Interface = described };
                trigger = new Trigger { Handle = new PacketHandle(opened.Trigger, sink, link.IsLoopback), Sink = sink };
            }

            _consumer.Meter.AddInterface(described);
            _options.Recorder?.AddInterface(described, _options.SnapLength);
            return (captured, trigger);
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private LibPcapLiveDevice OpenTrigger(LinkInterface link, PcapInterface device, LinkLayer linkLayer)
    {
        LibPcapLiveDevice opened = OpenDevice(
            link.Name,
            device,
            new DeviceConfiguration
            {
                Snaplen = Trigger.SnapLength,
                Mode = DeviceModes.None,
                ReadTimeout = RingSizes.BlockTimeoutMilliseconds,
                BufferSize = RingSizes.ForTrigger(_options.Interfaces.Count),
                Immediate = true,
            }
        );
        try
        {
            SetFilter(opened, TriggerExpression.Write(_options.Filter, TriggerScope.Full, linkLayer));
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static LibPcapLiveDevice OpenDevice(string name, PcapInterface device, DeviceConfiguration configuration)
    {
        var opened = new LibPcapLiveDevice(device);
        try
        {
            opened.Open(configuration);
            return opened;
        }
        catch (PcapException e)
        {
            string words = opened.Handle.IsInvalid ? string.Empty : opened.LastError;
            opened.Dispose();
            throw PcapErrors.CannotOpen(name, e, words, InterfaceReader.ReadLinks());
        }
    }

    private void SetFilter(LibPcapLiveDevice device, string expression)
    {
        try
        {
            // Even an empty one: without a filter the kernel copies whole packets (tcpdump sets one always, for the same reason).
            device.Filter = expression;
        }
        catch (PcapException e)
        {
            throw PcapErrors.InvalidFilter(_options.Filter ?? string.Empty, e);
        }
    }

    /// <summary>The open handles of an interface that nobody counts on yet.</summary>
    private sealed record OpenedDevices(LibPcapLiveDevice Counting, LibPcapLiveDevice? Trigger) : IDisposable
    {
        public void Dispose()
        {
            Counting.Dispose();
            Trigger?.Dispose();
        }
    }
}

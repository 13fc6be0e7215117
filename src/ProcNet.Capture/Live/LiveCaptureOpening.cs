using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using ProcNet.Capture.Handles;
using ProcNet.Capture.Native;
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

    private const string AnyDevice = "any";

    // Above, all interfaces share one handle.
    private const int MostHandles = 64;

    private static readonly Regex s_ofLinkHeaders = new(
        @"\b(ether|link|wlan|fddi|tr|len|less|greater|vlan|mpls|pppoed|pppoes|geneve|inbound|outbound|ifname|multicast|broadcast)\b",
        RegexOptions.CultureInvariant
    );

    private readonly LiveCaptureOptions _options;
    private readonly PacketConsumer _consumer;
    private readonly List<CapturedInterface> _captured = [];
    private readonly List<Trigger> _triggers = [];
    private readonly List<Notice> _notices = [];
    private readonly bool _isShared;

    private LiveCaptureOpening(LiveCaptureOptions options)
    {
        _options = options;
        _consumer = new PacketConsumer(new PacketMeter { Payloads = options.Payloads }, options.Recorder);

        // A file has the packets as their interfaces have them, and filters that look at link headers mean those.
        _isShared =
            options.Interfaces.Count > MostHandles
            && options.Recorder is null
            && options.RingSize is null
            && (options.Filter is null || (!s_ofLinkHeaders.IsMatch(options.Filter) && CompilesForAny(options.Filter)));
    }

    private int RingBytes =>
        _isShared ? RingSizes.Shared : _options.RingSize ?? RingSizes.ForCounting(_options.Interfaces.Count, _options.Recorder is not null);

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
        if (_captured is [SharedHandle shared])
        {
            lock (gate)
            {
                shared.Add(Describe(link, LinkLayer.LinuxSll2));
                return (shared, null);
            }
        }

        OpenedDevices opened = Inside(() => OpenDevices(link, Find(ListDevices(), link)));
        lock (gate)
        {
            return Register(link, opened);
        }
    }

    private static bool CompilesForAny(string filter)
    {
        try
        {
            PcapFilter.Compile(filter, LinkLayer.LinuxSll2).Dispose();
            return true;
        }
        catch (ProcNetException e) when (e.Error == ProcNetError.InvalidFilter)
        {
            // It compiles for Ethernet: each interface has its own handle then.
            return false;
        }
    }

    /// <summary>Opens one handle for all interfaces.</summary>
    private void OpenShared()
    {
        (OpenedDevices opened, IReadOnlyList<LinkInterface> all) = Inside(() => (OpenAny(), InterfaceReader.ReadLinks()));
        try
        {
            var interfaces = new SharedInterfaces();
            HashSet<int> wanted = [.. _options.Interfaces.Select(static link => link.Index)];
            interfaces.Exclude(all.Select(static link => link.Index).Where(index => !wanted.Contains(index)));
            TrafficInterface any = Describe(new LinkInterface { Name = AnyDevice, Index = 0 }, LinkLayer.LinuxSll2);
            var shared = new SharedHandle(opened.Counting, any, _consumer, interfaces);
            _captured.Add(shared);
            foreach (LinkInterface link in _options.Interfaces)
            {
                shared.Add(Describe(link, LinkLayer.LinuxSll2));
            }

            if (opened.Trigger is not null)
            {
                var sink = new TriggerSink
                {
                    Interface = any,
                    FindInterface = frame =>
                        interfaces.TryFind(frame, out int index, out TrafficInterface? found) ? found : any with { Index = index },
                };
                _triggers.Add(new Trigger { Handle = new PacketHandle(opened.Trigger, sink, isLoopback: false), Sink = sink });
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private OpenedDevices OpenAny()
    {
        PcapInterface device =
            ListDevices().FirstOrDefault(static found => found.Name == AnyDevice)?.Interface
            ?? throw PcapErrors.InterfaceNotFound(AnyDevice, InterfaceReader.ReadLinks().Select(static existing => existing.Name));
        LibPcapLiveDevice counting = OpenCounting(AnyDevice, device);
        try
        {
            SetSll2(counting);
            SetFilter(counting, _options.Filter ?? string.Empty);
            return new OpenedDevices(counting, _options.TellAtOnce ? OpenTrigger(AnyDevice, device, LinkLayer.LinuxSll2) : null);
        }
        catch
        {
            counting.Dispose();
            throw;
        }
    }

    private static void SetSll2(LibPcapLiveDevice device)
    {
        if (LibPcap.SetDatalink(device.Handle.DangerousGetHandle(), (int)LinkLayer.LinuxSll2) != 0)
        {
            throw PcapErrors.UnknownLinkType(AnyDevice, (int)device.LinkType);
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
        if (_isShared)
        {
            OpenShared();
            return;
        }

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

            WorkThreads.Run(OpenSomeInside, Math.Clamp(links.Count - 1, 0, MostThreads - 1), "ProcNet open");
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

        LibPcapLiveDevice counting = OpenCounting(link.Name, device);
        try
        {
            var linkLayer = (LinkLayer)(int)counting.LinkType;
            if (!LinkHeader.Knows(linkLayer))
            {
                throw PcapErrors.UnknownLinkType(link.Name, (int)linkLayer);
            }

            SetFilter(counting, _options.Filter ?? string.Empty);
            return new OpenedDevices(counting, _options.TellAtOnce ? OpenTrigger(link.Name, device, linkLayer) : null);
        }
        catch
        {
            counting.Dispose();
            throw;
        }
    }

    private LibPcapLiveDevice OpenCounting(string name, PcapInterface device) =>
        OpenDevice(
            name,
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

    /// <summary>Makes an open interface known to the counting, in its slot.</summary>
    private (CapturedInterface Captured, Trigger? Trigger) Register(LinkInterface link, OpenedDevices opened)
    {
        try
        {
            TrafficInterface described = Describe(link, (LinkLayer)(int)opened.Counting.LinkType);
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

    private TrafficInterface Describe(LinkInterface link, LinkLayer linkLayer) =>
        new()
        {
            Slot = (ushort)_consumer.Meter.Interfaces.Count,
            Name = OutsideText.Sanitize(link.Name),
            Index = link.Index,
            LinkLayer = linkLayer,
            NetworkNamespace = link.NetworkNamespace,
            HardwareAddress = link.HardwareAddress,

            // Of interfaces that the user named: no other comes later that shows the same packets again.
            OpensPppoe =
                !_options.SkipUnusable && !_options.Interfaces.Any(static other => other.Name.StartsWith("ppp", StringComparison.Ordinal)),
        };

    private LibPcapLiveDevice OpenTrigger(string name, PcapInterface device, LinkLayer linkLayer)
    {
        LibPcapLiveDevice opened = OpenDevice(
            name,
            device,
            new DeviceConfiguration
            {
                Snaplen = Trigger.SnapLength,
                Mode = DeviceModes.None,
                ReadTimeout = RingSizes.BlockTimeoutMilliseconds,
                BufferSize = RingSizes.ForTrigger(_isShared ? 1 : _options.Interfaces.Count),
                Immediate = true,
            }
        );
        try
        {
            if (name == AnyDevice)
            {
                SetSll2(opened);
            }

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

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
    private readonly LiveCaptureOptions _options;
    private readonly PacketConsumer _consumer;
    private readonly List<CapturedInterface> _captured = [];
    private readonly List<Trigger> _triggers = [];
    private readonly List<Notice> _notices = [];

    private LiveCaptureOpening(LiveCaptureOptions options)
    {
        _options = options;
        _consumer = new PacketConsumer(new PacketMeter(), options.Writer);
    }

    private int RingBytes => _options.RingSize ?? RingSizes.ForCounting(_options.Interfaces.Count, _options.Writer is not null);

    /// <summary>Opens the interfaces.</summary>
    /// <exception cref="ProcNetException">An interface does not exist or is down, the filter does not compile, or the user may not capture.</exception>
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
            if (options.NetworkNamespacePath is { } path)
            {
                // A packet socket belongs to the namespace that its maker's thread is in, and stays there.
                NetworkNamespaceThread.Run(path, () =>
                {
                    opening.OpenAll();
                    return 0;
                });
            }
            else
            {
                opening.OpenAll();
            }

            return new LiveCapture(
                [.. opening._captured], [.. opening._triggers], opening._consumer, opening.RingBytes, options.Filter, opening._notices);
        }
        catch
        {
            ParallelClose.All([.. opening._captured, .. opening._triggers.Select(trigger => trigger.Handle)]);
            throw;
        }
    }

    private void OpenAll()
    {
        LibPcapLiveDeviceList devices = LibPcapLiveDeviceList.New();
        foreach (LinkInterface link in _options.Interfaces)
        {
            try
            {
                OpenOne(link, devices.FirstOrDefault(device => device.Name == link.Name)?.Interface);
            }
            catch (ProcNetException e) when (_options.SkipUnusable && IsOfOneInterface(e.Error))
            {
                _notices.Add(new Notice(NoticeKind.InterfaceSkipped, $"'{link.Name}' is not captured. {e.Message}"));
            }
        }

        if (_captured.Count == 0)
        {
            throw new ProcNetException(
                ProcNetError.NoInterface,
                "There is no network interface to capture on.",
                "'ip -br link' lists the interfaces; bring one up with 'ip link set NAME up', or name one that is up.");
        }
    }

    // The others fail every interface alike, or mean that a file would lack one.
    private static bool IsOfOneInterface(ProcNetError error) => error is
        ProcNetError.InterfaceNotFound or ProcNetError.InterfaceDown or ProcNetError.UnknownLinkType
        or ProcNetError.InvalidFilter or ProcNetError.CaptureFailed;

    private void OpenOne(LinkInterface link, PcapInterface? device)
    {
        if (device is null)
        {
            throw PcapErrors.InterfaceNotFound(link.Name, InterfaceReader.ReadLinks().Select(existing => existing.Name));
        }

        LibPcapLiveDevice counting = OpenDevice(link.Name, device, new DeviceConfiguration
        {
            Snaplen = _options.SnapLength,
            Mode = DeviceModes.None,
            ReadTimeout = RingSizes.BlockTimeoutMilliseconds,
            BufferSize = RingBytes,
            Immediate = false,
        });
        try
        {
            var described = new TrafficInterface
            {
                Slot = (ushort)_captured.Count,
                Name = OutsideText.Sanitize(link.Name),
                Index = link.Index,
                LinkLayer = (LinkLayer)(int)counting.LinkType,
                NetworkNamespace = link.NetworkNamespace,
                HardwareAddress = link.HardwareAddress,
            };
            bool isKnown = LinkHeader.Knows(described.LinkLayer);
            ILinkDissector? dissector = isKnown ? null : PacketDotNetDissector.For(described.LinkLayer);
            if (!isKnown && dissector is null)
            {
                throw PcapErrors.UnknownLinkType(link.Name, (int)described.LinkLayer);
            }

            SetFilter(counting, _options.Filter ?? string.Empty);
            Trigger? trigger = isKnown && _options.TellAtOnce ? OpenTrigger(link, device, described) : null;
            _captured.Add(new CapturedInterface(counting, described, _consumer, link.IsLoopback));
            if (trigger is not null)
            {
                _triggers.Add(trigger);
            }

            _consumer.Meter.AddInterface(described, dissector);
            _options.Writer?.AddInterface(described, _options.SnapLength);
        }
        catch
        {
            counting.Dispose();
            throw;
        }
    }

    private Trigger OpenTrigger(LinkInterface link, PcapInterface device, TrafficInterface described)
    {
        LibPcapLiveDevice opened = OpenDevice(link.Name, device, new DeviceConfiguration
        {
            Snaplen = Trigger.SnapLength,
            Mode = DeviceModes.None,
            ReadTimeout = RingSizes.BlockTimeoutMilliseconds,
            BufferSize = RingSizes.ForTrigger(_options.Interfaces.Count),
            Immediate = true,
        });
        try
        {
            SetFilter(opened, TriggerExpression.Write(_options.Filter, TriggerScope.Full, described.LinkLayer));
            var sink = new TriggerSink { Interface = described };
            return new Trigger { Handle = new PacketHandle(opened, sink, link.IsLoopback), Sink = sink };
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
}

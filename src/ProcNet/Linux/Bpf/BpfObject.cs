using System.Runtime.InteropServices;
using ProcNet.Linux.Bpf.Native;
using ProcNet.Linux.Native;

namespace ProcNet.Linux.Bpf;

/// <summary>
/// A compiled BPF object and what of it is in the kernel. Nothing is pinned: all goes when this is disposed, or with the process.
/// Not thread-safe.
/// </summary>
internal sealed unsafe class BpfObject : IDisposable
{
    private readonly SafeBpfObject _object;
    private readonly Dictionary<string, nint> _programs = [];
    private readonly List<SafeBpfLink> _links = [];

    // Pinned: libbpf reads from it until the object is closed.
    private readonly byte[] _image;

    /// <summary>Parses an object; nothing is loaded yet.</summary>
    /// <param name="image">The ELF file's content.</param>
    /// <exception cref="LinuxException">libbpf does not take it.</exception>
    /// <exception cref="DllNotFoundException">There is no libbpf: ask <see cref="LibBpf.TryLoad"/> first.</exception>
    public BpfObject(ReadOnlySpan<byte> image)
    {
        _image = GC.AllocateUninitializedArray<byte>(image.Length, pinned: true);
        image.CopyTo(_image);
        fixed (byte* start = _image)
        {
            _object = new SafeBpfObject(LibBpf.BpfObjectOpenMem(start, (nuint)_image.Length, null));
        }

        if (_object.IsInvalid)
        {
            throw LinuxException.FromLastCall("bpf_object__open_mem");
        }

        for (nint program = 0; (program = LibBpf.BpfObjectNextProgram(_object, program)) != 0; )
        {
            _programs.Add(Text(LibBpf.BpfProgramName(program)), program);
        }
    }

    /// <summary>The names of the programs.</summary>
    public IReadOnlyCollection<string> ProgramNames => _programs.Keys;

    /// <summary>Parses an object that is embedded in this assembly.</summary>
    /// <param name="resource">Its logical name.</param>
    /// <inheritdoc cref="BpfObject(ReadOnlySpan{byte})"/>
    public static BpfObject OpenResource(string resource) => new(ReadResource(resource));

    /// <summary>The bytes of an embedded object.</summary>
    public static byte[] ReadResource(string resource)
    {
        using Stream stream = typeof(BpfObject).Assembly.GetManifestResourceStream(resource)!;
        byte[] image = new byte[stream.Length];
        stream.ReadExactly(image);
        return image;
    }

    /// <summary>The section of a program, which says what it attaches to.</summary>
    public string SectionOf(string program) => Text(LibBpf.BpfProgramSectionName(_programs[program]));

    /// <summary>Leaves a program out of <see cref="Load"/>.</summary>
    public void Omit(string program) => _ = LibBpf.BpfProgramSetAutoload(_programs[program], false);

    /// <summary>Sets the content of a section of constants, before <see cref="Load"/>.</summary>
    /// <exception cref="LinuxException">There is no such section of that length.</exception>
    public void SetConstants(string section, ReadOnlySpan<byte> content)
    {
        nint map = LibBpf.BpfObjectFindMapByName(_object, section);
        fixed (byte* data = content)
        {
            if (map == 0 || LibBpf.BpfMapSetInitialValue(map, data, (nuint)content.Length) != 0)
            {
                throw LinuxException.FromLastCall($"constants {section}");
            }
        }
    }

    /// <summary>Makes the maps and has the kernel verify the programs. After a failure the object is of no use.</summary>
    /// <exception cref="LinuxException">The kernel refuses: EPERM for a capability that is missing, else a program that it cannot verify or
    /// whose hook it lacks.</exception>
    public void Load()
    {
        int result = LibBpf.BpfObjectLoad(_object);
        if (result != 0)
        {
            throw new LinuxException("bpf_object__load", -result);
        }
    }

    /// <summary>Attaches a program to a control group and all below it.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void AttachToCgroup(string program, SafeFileDescriptor cgroup) =>
        Keep(LibBpf.BpfProgramAttachCgroup(_programs[program], cgroup), program);

    /// <summary>Attaches a program to what its section names.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public SafeBpfLink Attach(string program) => Keep(LibBpf.BpfProgramAttach(_programs[program]), program);

    /// <summary>Attaches a program to what its section names, and lets it go.</summary>
    /// <exception cref="LinuxException">The kernel refuses.</exception>
    public void TryAttachment(string program)
    {
        using SafeBpfLink link = Checked(LibBpf.BpfProgramAttach(_programs[program]), program);
    }

    /// <summary>Opens a map, which the object owns.</summary>
    /// <typeparam name="TKey">The key, laid out as in the program.</typeparam>
    /// <typeparam name="TValue">The value, laid out as in the program.</typeparam>
    /// <exception cref="InvalidOperationException">
    /// There is no such map, or its keys or values are of another size: the kernel would write past the end of ours.
    /// </exception>
    public BpfHashMap<TKey, TValue> OpenMap<TKey, TValue>(string map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        nint found = LibBpf.BpfObjectFindMapByName(_object, map);
        if (found == 0 || LibBpf.BpfMapKeySize(found) != sizeof(TKey) || LibBpf.BpfMapValueSize(found) != sizeof(TValue))
        {
            throw new InvalidOperationException(
                $"The BPF object's map {map} does not have {typeof(TKey).Name} as key ({sizeof(TKey)} bytes) and {typeof(TValue).Name} as value ({sizeof(TValue)})."
            );
        }

        return new BpfHashMap<TKey, TValue>(LibBpf.BpfMapFd(found));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafeBpfLink link in _links)
        {
            link.Dispose();
        }

        _object.Dispose();
    }

    private static string Text(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    private SafeBpfLink Keep(SafeBpfLink link, string program)
    {
        _links.Add(Checked(link, program));
        return link;
    }

    private static SafeBpfLink Checked(SafeBpfLink link, string program)
    {
        if (link.IsInvalid)
        {
            LinuxException failure = LinuxException.FromLastCall($"attach {program}");
            link.Dispose();
            throw failure;
        }

        return link;
    }
}

using ProcNet.Audits;

namespace ProcNet.Tests.Audits;

/// <summary>Units in a folder, and what systemctl is asked for.</summary>
public sealed class AuditRegistryTests : IServiceManager, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("procnet-units-").FullName;
    private readonly List<string> _calls = [];
    private string? _failing;

    public bool IsRunning => true;

    public string UnitFolder => _folder;

    public string StateFolder => Directory.CreateDirectory(Path.Combine(_folder, "lib")).FullName;

    public string Call(params IReadOnlyList<string> arguments)
    {
        string call = string.Join(' ', arguments);
        _calls.Add(call);
        return call == _failing ? throw new ProcNetException(ProcNetError.ServiceManagerFailed, "refused", "", null)
            : arguments[0] == "show"
                ? "ActiveState=active\nMainPID=42\nNRestarts=3\nMemoryCurrent=[not set]\nCPUUsageNSec=1500000000\nStateChangeTimestamp=\n"
            : "";
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_audit_is_written_started_listed_and_removed()
    {
        var registry = new AuditRegistry(this);
        registry.Register(AuditUnitTests.Audit(), replace: false);
        Assert.Equal(["daemon-reload", "enable procnet-audit.service", "restart procnet-audit.service"], _calls);

        TrafficAudit audit = Assert.Single(registry.List());
        Assert.Equal(
            ("procnet-audit", "active", 42, 3L, null, TimeSpan.FromSeconds(1.5)),
            (audit.Name, audit.State, audit.ProcessId, audit.RestartCount, audit.MemoryBytes, audit.ProcessorTime)
        );

        // As DynamicUser= has it.
        string hidden = Directory.CreateDirectory(Path.Combine(StateFolder, "private", "procnet")).FullName;
        File.WriteAllText(Path.Combine(hidden, "history.db"), "");
        Directory.CreateSymbolicLink(Path.Combine(StateFolder, "procnet"), hidden);
        _calls.Clear();
        registry.Unregister(audit, removeHistory: true);
        Assert.Empty(Directory.GetFileSystemEntries(StateFolder, "procnet", SearchOption.AllDirectories));
        Assert.Equal(["disable --now procnet-audit.service", "daemon-reload"], _calls);
        Assert.Empty(Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_unit_that_is_no_audit_is_never_replaced_nor_listed()
    {
        string path = Path.Combine(_folder, "procnet-audit.service");
        File.WriteAllText(path, "[Service]\nExecStart=/bin/true\n");
        var registry = new AuditRegistry(this);

        Assert.Equal(
            ProcNetError.FileExists,
            Assert.Throws<ProcNetException>(() => registry.Register(AuditUnitTests.Audit(), replace: true)).Error
        );
        Assert.Empty(registry.List());
        Assert.Equal("[Service]\nExecStart=/bin/true\n", File.ReadAllText(path));
    }

    [Fact]
    public void An_audit_is_replaced_only_where_that_is_asked_for()
    {
        var registry = new AuditRegistry(this);
        registry.Register(AuditUnitTests.Audit(), replace: false);

        Assert.Throws<ProcNetException>(() => registry.Register(AuditUnitTests.Audit(), replace: false));
        registry.Register(AuditUnitTests.Audit() with { SampleInterval = TimeSpan.FromMinutes(1) }, replace: true);

        Assert.Contains("-SampleInterval 60s", File.ReadAllText(Path.Combine(_folder, "procnet-audit.service")), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_systemd_refuses_nothing_is_left_behind()
    {
        _failing = "daemon-reload";

        Assert.Throws<ProcNetException>(() => new AuditRegistry(this).Register(AuditUnitTests.Audit(), replace: false));

        Assert.Empty(Directory.GetFiles(_folder));
    }
}

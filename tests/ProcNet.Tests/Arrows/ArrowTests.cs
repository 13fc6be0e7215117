using ArchUnitNET.Domain;
using ArchUnitNET.Fluent;
using ArchUnitNET.Loader;
using ArchUnitNET.xUnitV3;
using ProcNet.Testing;
using static ArchUnitNET.Fluent.ArchRuleDefinition;

namespace ProcNet.Tests.Arrows;

/// <summary>The picture of docs/architecture.md as a test: arrows point down only, between assemblies and between folders.</summary>
public sealed class ArrowTests
{
    // From the ground up: a folder may use those before it, and the records that a user sees (the namespace ProcNet itself).
    private static readonly string[] s_folders =
    [
        "Text",
        "Addresses",
        "Linux",
        "Interfaces",
        "Processes",
        "Sockets",
        "Flows",
        "Conntrack",
        "Packets",
        "Names",
        "Sources",
        "Attribution",
        "OwnerLookup",
        "EbpfOwners",
        "Monitoring",
        "Capabilities",
        "Presentation",
        "History",
        "Audits",
    ];

    private static readonly Architecture s_architecture = Load();

    public static TheoryData<string> Folders => [.. s_folders];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_what_stands_below_it(string folder)
    {
        string[] above = s_folders[(Array.IndexOf(s_folders, folder) + 1)..];

        Assert.All(
            above,
            upper =>
                Check(
                    Types()
                        .That()
                        .ResideInNamespaceMatching($@"^ProcNet\.{folder}(\.|$)")
                        .Should()
                        .NotDependOnAny(Types().That().ResideInNamespaceMatching($@"^ProcNet\.{upper}(\.|$)"))
                        .WithoutRequiringPositiveResults()
                )
        );
    }

    [Fact]
    public void Every_folder_of_the_core_has_its_place()
    {
        string[] folders =
        [
            .. Directory
                .GetDirectories(Repository.PathOf("src/ProcNet"))
                .Select(path => Path.GetFileName(path))
                .Except(["bin", "obj", "Records"]),
        ];

        Assert.Equal(folders.Order(StringComparer.Ordinal), s_folders.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_core_knows_neither_PowerShell_nor_the_capture_library() =>
        Check(
            Types()
                .That()
                .ResideInAssemblyMatching("^ProcNet,")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(
                    @"^(System\.Management\.Automation|SharpPcap|PacketDotNet|ProcNet\.PowerShell|ProcNet\.Capture)(\.|$)"
                )
        );

    [Fact]
    public void The_capture_library_knows_no_PowerShell() =>
        Check(
            Types()
                .That()
                .ResideInAssemblyMatching(@"^ProcNet\.Capture,")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(@"^(System\.Management\.Automation|ProcNet\.PowerShell)(\.|$)")
        );

    [Fact]
    public void The_library_of_histories_knows_neither_PowerShell_nor_what_measures() =>
        Check(
            Types()
                .That()
                .ResideInAssemblyMatching(@"^ProcNet\.History,")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(
                    @"^(System\.Management\.Automation|ProcNet\.(PowerShell|Monitoring|Sources|Sockets|Processes|OwnerLookup|EbpfOwners))(\.|$)"
                )
        );

    [Fact]
    public void What_the_core_says_of_histories_knows_no_database_and_nothing_that_measures()
    {
        Check(
            Types()
                .That()
                .ResideInAssemblyMatching("^ProcNet,")
                .And()
                .ResideInNamespaceMatching(@"^ProcNet\.History(\.|$)")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(
                    @"^(Microsoft\.Data|SQLitePCL|ProcNet\.(Monitoring|Sources|Sockets|Processes|OwnerLookup|EbpfOwners|Attribution))(\.|$)"
                )
        );
    }

    [Fact]
    public void In_the_capture_library_live_captures_use_triggers_and_both_use_handles_which_use_the_native_calls()
    {
        Check(
            Types()
                .That()
                .ResideInNamespaceMatching(@"^ProcNet\.Capture\.Native$")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(@"^ProcNet\.Capture\.(Handles|Live|Triggers)$")
        );
        Check(
            Types()
                .That()
                .ResideInNamespaceMatching(@"^ProcNet\.Capture\.Handles$")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(@"^ProcNet\.Capture\.(Live|Triggers)$")
        );
        Check(
            Types()
                .That()
                .ResideInNamespaceMatching(@"^ProcNet\.Capture\.Triggers$")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(@"^ProcNet\.Capture\.Live$")
        );
    }

    [Fact]
    public void The_cmdlets_know_no_libpcap() =>
        Check(
            Types()
                .That()
                .ResideInAssemblyMatching(@"^ProcNet\.PowerShell,")
                .Should()
                .NotDependOnAnyTypesThat()
                .ResideInNamespaceMatching(@"^(SharpPcap|PacketDotNet|ProcNet\.Capture)(\.|$)")
        );

    [Fact]
    public void The_cmdlets_have_no_path_of_proc_in_them()
    {
        string[] readers =
        [
            .. Directory
                .GetFiles(Repository.PathOf("src/ProcNet.PowerShell"), "*.cs", SearchOption.AllDirectories)
                .Where(file => !file.Contains("/obj/", StringComparison.Ordinal))
                .Where(file =>
                    File.ReadLines(file)
                        .Any(line =>
                            !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                            && line.Contains("\"/proc", StringComparison.Ordinal)
                        )
                ),
        ];

        Assert.Empty(readers);
    }

    [Fact]
    public void A_turned_arrow_is_found() =>
        // The monitor does use the rules of attribution: the same rule, the other way round, must fail.
        Assert.ThrowsAny<Exception>(() =>
            Check(
                Types()
                    .That()
                    .ResideInNamespaceMatching(@"^ProcNet\.Monitoring$")
                    .Should()
                    .NotDependOnAny(Types().That().ResideInNamespaceMatching(@"^ProcNet\.Attribution$"))
            )
        );

    private static void Check(IArchRule rule) => ArchRuleAssert.CheckRule(s_architecture, rule);

    private static Architecture Load()
    {
        string folder = Path.GetDirectoryName(Repository.ProgramOf("src/ProcNet.PowerShell"))!;
        string capture = Path.GetDirectoryName(Repository.ProgramOf("src/ProcNet.Capture"))!;
        string history = Path.GetDirectoryName(Repository.ProgramOf("src/ProcNet.History"))!;
        return new ArchLoader()
            .LoadFilteredDirectory(folder, "ProcNet*.dll")
            .LoadFilteredDirectory(capture, "ProcNet.Capture.dll")
            .LoadFilteredDirectory(history, "ProcNet.History.dll")
            .Build();
    }
}

using ProcNet.Linux;
using ProcNet.Linux.Native;
using ProcNet.Processes;

namespace ProcNet.Tests.Processes;

/// <summary>What the kernel has no more of is never taken for an answer.</summary>
public sealed class ShortageTests
{
    [Theory]
    [InlineData(Errno.EMFILE, "ulimit -n")]
    [InlineData(Errno.ENFILE, "fs.file-max")]
    [InlineData(Errno.ENOMEM, "memory")]
    public void A_walk_without_a_descriptor_left_is_an_error_that_says_what_to_raise(int error, string remedy)
    {
        using ProcTree tree = ProcTree.OfFirefox();
        using (Failing("openat", error, from: 4))
        {
            ProcNetException thrown = Assert.Throws<ProcNetException>(() => Read(tree, out _));

            Assert.Equal(ProcNetError.OutOfResources, thrown.Error);
            Assert.Contains(remedy, thrown.Remedy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("openat", 4)]
    [InlineData("getdents64", 2)]
    [InlineData("readlinkat", 1)]
    public void A_process_that_cannot_be_read_for_another_reason_is_counted_as_unreadable_not_as_gone(string call, int from)
    {
        using ProcTree tree = ProcTree.OfFirefox();
        using (Failing(call, error: 5, from)) // EIO
        {
            Read(tree, out List<Notice> notices);

            Assert.Equal(NoticeKind.ProcessesUnreadable, Assert.Single(notices).Kind);
        }
    }

    [Theory]
    [InlineData(Errno.ENOENT)]
    [InlineData(Errno.ESRCH)]
    public void A_process_that_ended_meanwhile_is_left_out_without_a_word(int error)
    {
        using ProcTree tree = ProcTree.OfFirefox();
        using (Failing("openat", error, from: 4))
        {
            Assert.Empty(Read(tree, out List<Notice> notices));
            Assert.Empty(notices);
        }
    }

    [Fact]
    public void A_process_list_that_breaks_off_is_an_error_and_not_a_short_list()
    {
        using ProcTree tree = ProcTree.OfFirefox();
        using (Failing("getdents64", error: 5, from: 1))
        {
            Assert.Equal(ProcNetError.ProcessListUnavailable, Assert.Throws<ProcNetException>(() => Read(tree, out _)).Error);
        }
    }

    private static List<ProcSocket> Read(ProcTree tree, out List<Notice> notices)
    {
        List<Notice> told = notices = [];
        return [.. ProcSocketReader.Read(new ProcSocketQuery(), told.Add, tree.Root)];
    }

    /// <summary>From one occasion on a call of this thread fails: the other tests run beside.</summary>
    private static NativeFault Failing(string call, int error, int from) => new(call, error, from);
}

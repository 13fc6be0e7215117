using ProcNet.Processes;

namespace ProcNet.Tests.Processes;

/// <summary>Who descends from whom, where ids come back.</summary>
public sealed class ProcessLineageTests
{
    private const int Root = 100;
    private const long Second = 1_000_000;

    private readonly ProcessLineage _lineage = new(Root, [1, 2, Root]);

    [Fact]
    public void Children_and_their_children_belong_to_it_and_those_of_others_do_not()
    {
        _lineage.Note(Root, 200, 1 * Second);
        _lineage.Note(200, 201, 2 * Second);
        _lineage.Note(1, 300, 2 * Second);
        _lineage.Note(300, 301, 3 * Second);

        Assert.True(_lineage.Has(200, 1 * Second, null));
        Assert.True(_lineage.Has(201, 2 * Second, null));
        Assert.False(_lineage.Has(300, 2 * Second, null));
        Assert.False(_lineage.Has(301, 3 * Second, null));
        Assert.Equal([Root, 200, 201], _lineage.Members.Order());
    }

    [Fact]
    public void An_id_that_a_stranger_gets_later_keeps_what_its_first_holder_did()
    {
        _lineage.Note(Root, 200, 1 * Second);
        _lineage.Note(1, 200, 60 * Second);

        Assert.True(_lineage.Has(200, 1 * Second, null));
        Assert.False(_lineage.Has(200, 60 * Second, null));
        Assert.False(_lineage.IsMemberNow(200));
    }

    [Fact]
    public void An_id_that_was_a_strangers_may_become_a_childs()
    {
        _lineage.Note(Root, 2, 60 * Second);

        Assert.False(_lineage.Has(2, 1 * Second, null));
        Assert.True(_lineage.Has(2, 60 * Second, null));
    }

    [Fact]
    public void The_start_is_a_tick_off_and_the_life_is_still_found()
    {
        _lineage.Note(1, 200, 1 * Second);
        _lineage.Note(Root, 200, 60 * Second);

        Assert.True(_lineage.Has(200, (60 * Second) - 20_000, null));
    }

    [Fact]
    public void One_whose_beginning_was_not_seen_goes_by_its_parent()
    {
        _lineage.Note(Root, 200, 1 * Second);

        Assert.True(_lineage.Has(999, 2 * Second, parentId: 200));
        Assert.False(_lineage.Has(999, 2 * Second, parentId: 1));
        Assert.False(_lineage.Has(999, 2 * Second, parentId: null));
    }
}

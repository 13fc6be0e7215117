using CsCheck;
using ProcNet.Attribution;
using Xunit;

namespace ProcNet.Tests.Attribution;

public sealed class SpanIndexTests
{
    private static readonly Gen<(long Begin, long End)> s_span = Gen.Select(
        Gen.Long[0, 50],
        Gen.Long[0, 20],
        (begin, length) => (begin, begin + length)
    );

    [Fact]
    public void It_finds_what_a_look_at_all_finds() =>
        Gen.Select(s_span.Array[0, 40], Gen.Int[0, 45], s_span)
            .Sample(
                (spans, from, sought) =>
                    Assert.Equal(
                        Enumerable
                            .Range(0, spans.Length)
                            .Where(i => i >= from && spans[i].End >= sought.Begin && spans[i].Begin <= sought.End)
                            .Append(-1)
                            .First(),
                        new SpanIndex(spans).FindFirst(from, sought.Begin, sought.End)
                    ),
                iter: 20_000
            );
}

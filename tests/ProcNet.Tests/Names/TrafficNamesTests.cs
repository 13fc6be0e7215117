namespace ProcNet.Tests.Names;

/// <summary>Which names remote ends have, by what passed before.</summary>
public sealed class TrafficNamesTests : IDisposable
{
    private readonly Wire _wire = new();

    public void Dispose() => _wire.Dispose();

    [Fact]
    public void An_address_has_the_name_that_was_asked_for_before_the_conversation()
    {
        _wire.Resolve("Example.ORG", Wire.Server, "198.51.100.11");
        _wire.Tcp(Wire.Client, 40_000, Wire.Server, 80, 1, [1], flags: 2);

        Assert.Equal(("example.org", NameEvidence.Dns), _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80));
        Assert.Equal(("example.org", NameEvidence.Dns), _wire.NameOf(Wire.Client, 40_001, "198.51.100.11", 80));
    }

    [Fact]
    public void A_conversation_that_was_there_before_the_answer_has_no_name()
    {
        _wire.Tcp(Wire.Client, 40_000, Wire.Server, 80, 1, [1], flags: 2);
        _wire.Resolve("example.org", Wire.Server);

        Assert.Equal((null, NameEvidence.None), _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80));
    }

    [Fact]
    public void An_alias_leads_to_its_address_and_the_name_is_that_which_was_asked_for()
    {
        _wire.Udp(Wire.Client, 5353, Wire.Resolver, 53, DnsBytes.Query(7, "www.example.org"));
        _wire.Udp(
            Wire.Resolver,
            53,
            Wire.Client,
            5353,
            DnsBytes.Answer(
                7,
                "www.example.org",
                DnsBytes.A,
                DnsBytes.Alias("www.example.org", "edge.example.net"),
                DnsBytes.Address("edge.example.net", Wire.Server)
            )
        );

        Assert.Equal("www.example.org", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);
    }

    [Fact]
    public void A_record_of_another_name_in_an_answer_is_passed_over()
    {
        _wire.Udp(Wire.Client, 5353, Wire.Resolver, 53, DnsBytes.Query(7, "example.org"));
        _wire.Udp(
            Wire.Resolver,
            53,
            Wire.Client,
            5353,
            DnsBytes.Answer(7, "example.org", DnsBytes.A, DnsBytes.Address("bank.example", Wire.Server))
        );

        Assert.Null(_wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);
    }

    [Theory]
    [InlineData(8, "example.org", Wire.Resolver, 5353)]
    [InlineData(7, "other.example", Wire.Resolver, 5353)]
    [InlineData(7, "example.org", "203.0.113.9", 5353)]
    [InlineData(7, "example.org", Wire.Resolver, 5354)]
    public void An_answer_to_no_question_is_nobodys_word(int id, string name, string from, int port)
    {
        _wire.Udp(Wire.Client, 5353, Wire.Resolver, 53, DnsBytes.Query(7, "example.org"));
        _wire.Udp(from, 53, Wire.Client, port, DnsBytes.Answer((ushort)id, name, DnsBytes.A, DnsBytes.Address(name, Wire.Server)));

        Assert.Null(_wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);
    }

    [Fact]
    public void Of_several_names_that_hold_all_are_given()
    {
        _wire.Resolve("one.example", Wire.Server);
        _wire.Resolve("two.example", Wire.Server);

        Assert.Equal("one.example two.example", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);
    }

    [Fact]
    public void A_name_that_has_lapsed_gives_way_to_one_that_holds_and_stays_where_there_is_none()
    {
        _wire.Resolve("old.example", Wire.Server);
        _wire.Now += 120_000_000;
        Assert.Equal("old.example", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);

        _wire.Resolve("new.example", Wire.Server);
        Assert.Equal("new.example", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);
    }

    [Fact]
    public void What_another_machine_was_told_names_none_of_its_neighbours_conversations()
    {
        _wire.Udp("192.0.2.77", 5353, Wire.Resolver, 53, DnsBytes.Query(7, "example.org"));
        _wire.Udp(
            Wire.Resolver,
            53,
            "192.0.2.77",
            5353,
            DnsBytes.Answer(7, "example.org", DnsBytes.A, DnsBytes.Address("example.org", Wire.Server))
        );

        Assert.Null(_wire.NameOf(Wire.Client, 40_000, Wire.Server, 80, isForwarded: true).Name);
        Assert.Equal("example.org", _wire.NameOf("192.0.2.77", 40_000, Wire.Server, 80, isForwarded: true).Name);
    }

    [Fact]
    public void An_answer_over_TCP_counts_in_whatever_pieces_it_comes()
    {
        byte[] query = DnsBytes.Query(7, "example.org");
        byte[] answer = DnsBytes.Answer(7, "example.org", DnsBytes.A, DnsBytes.Address("example.org", Wire.Server));
        byte[] asked = [.. DnsBytes.Two(query.Length), .. query];
        byte[] told = [.. DnsBytes.Two(answer.Length), .. answer];
        _wire.Tcp(Wire.Client, 5353, Wire.Resolver, 53, 99, [], flags: 2);
        _wire.Tcp(Wire.Resolver, 53, Wire.Client, 5353, 499, [], flags: 18);
        _wire.Tcp(Wire.Client, 5353, Wire.Resolver, 53, 100, asked[..2]);
        _wire.Tcp(Wire.Client, 5353, Wire.Resolver, 53, 102, asked[2..]);
        _wire.Tcp(Wire.Resolver, 53, Wire.Client, 5353, 510, told[10..]);
        _wire.Tcp(Wire.Resolver, 53, Wire.Client, 5353, 500, told[..10]);

        Assert.Equal("example.org", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 80).Name);
    }

    [Fact]
    public void Two_messages_over_one_TCP_connection_both_count()
    {
        _wire.Tcp(Wire.Client, 5353, Wire.Resolver, 53, 99, [], flags: 2);
        _wire.Tcp(Wire.Resolver, 53, Wire.Client, 5353, 499, [], flags: 18);
        uint asked = 100,
            told = 500;
        foreach (
            (ushort id, string name, string address) in ((ushort, string, string)[])
                [(1, "one.example", "198.51.100.1"), (2, "two.example", "198.51.100.2")]
        )
        {
            byte[] query = DnsBytes.Query(id, name);
            byte[] answer = DnsBytes.Answer(id, name, DnsBytes.A, DnsBytes.Address(name, address));
            _wire.Tcp(Wire.Client, 5353, Wire.Resolver, 53, asked, [.. DnsBytes.Two(query.Length), .. query]);
            _wire.Tcp(Wire.Resolver, 53, Wire.Client, 5353, told, [.. DnsBytes.Two(answer.Length), .. answer]);
            (asked, told) = (asked + (uint)query.Length + 2, told + (uint)answer.Length + 2);
        }

        Assert.Equal("one.example", _wire.NameOf(Wire.Client, 40_000, "198.51.100.1", 80).Name);
        Assert.Equal("two.example", _wire.NameOf(Wire.Client, 40_000, "198.51.100.2", 80).Name);
    }

    [Fact]
    public void TLS_names_the_server_and_only_it()
    {
        _wire.Resolve("cdn.example", Wire.Server);
        _wire.Connect(40_000, Wire.HelloOfOpenSsl("example.org"));

        Assert.Equal(("example.org", NameEvidence.Sni), _wire.NameOf(Wire.Client, 40_000, Wire.Server, 443));
        Assert.Null(_wire.NameOf(Wire.Server, 443, Wire.Client, 40_000).Name);
    }

    [Theory]
    [InlineData(0, 1, 5, 6, 50, 100)]
    [InlineData(100, 50, 6, 5, 1, 0)]
    [InlineData(0, 100, 50)]
    [InlineData(50, 0)]
    public void A_hello_may_come_in_pieces_in_any_order(params int[] begins)
    {
        byte[] hello = Wire.HelloOfOpenSsl("example.org");
        int[] sorted = [.. begins.Order()];
        _wire.Connect(
            40_000,
            hello,
            [.. begins.Select(begin => (begin, sorted.Where(next => next > begin).DefaultIfEmpty(hello.Length).First()))]
        );

        Assert.Equal("example.org", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 443).Name);
    }

    [Fact]
    public void A_hello_may_be_cut_into_records_of_one_byte()
    {
        byte[] handshake = Wire.HelloOfOpenSsl("example.org")[5..];
        byte[] records = [.. handshake.SelectMany(part => (byte[])[22, 3, 1, 0, 1, part])];
        _wire.Connect(40_000, records);

        Assert.Equal("example.org", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 443).Name);
    }

    [Fact]
    public void A_hello_within_a_tunnel_does_not_name_the_proxy()
    {
        byte[] connect = "CONNECT example.org:443 HTTP/1.1\r\n\r\n"u8.ToArray();
        _wire.Connect(40_000, connect);
        _wire.Tcp(Wire.Server, 443, Wire.Client, 40_000, 1, "HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
        _wire.Tcp(Wire.Client, 40_000, Wire.Server, 443, (uint)(1000 + connect.Length), Wire.HelloOfOpenSsl("example.org"));

        Assert.Null(_wire.NameOf(Wire.Client, 40_000, Wire.Server, 443).Name);
    }

    [Fact]
    public void A_hello_whose_SYN_was_not_seen_counts_where_it_is_the_first_packet()
    {
        _wire.Tcp(Wire.Client, 40_000, Wire.Server, 443, 77, Wire.HelloOfOpenSsl("example.org"));

        Assert.Equal("example.org", _wire.NameOf(Wire.Client, 40_000, Wire.Server, 443).Name);
    }

    [Fact]
    public void A_name_that_may_cover_another_one_stands_beside_what_the_name_server_said()
    {
        byte[] hello = ClientHelloTests.Hello(("cover.example", 0), (null, 0xFE0D));
        _wire.Resolve("true.example", Wire.Server);
        _wire.Connect(40_000, hello);
        Assert.Equal(
            ("cover.example true.example", NameEvidence.Sni | NameEvidence.Dns),
            _wire.NameOf(Wire.Client, 40_000, Wire.Server, 443)
        );

        _wire.Resolve("cover.example", Wire.Server);
        _wire.Connect(40_001, hello);
        Assert.Equal(("cover.example", NameEvidence.Sni), _wire.NameOf(Wire.Client, 40_001, Wire.Server, 443));
    }

    [Fact]
    public void A_flood_of_beginnings_takes_no_more_than_its_bound()
    {
        for (int i = 0; i < 100_000; i++)
        {
            _wire.Tcp($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 1000, Wire.Server, 443, 1, [], flags: 2);
            _wire.Udp($"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}", 1000, Wire.Resolver, 53, DnsBytes.Query(1, "example.org"));
        }

        Assert.InRange(_wire.Names.Pending, 1, 4096 + 8192);
    }
}

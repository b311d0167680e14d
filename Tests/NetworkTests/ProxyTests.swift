import Testing

@testable import Network

@Suite("Trusted proxies and addresses")
struct ProxyTests {
    let proxies = TrustedProxies(["10.0.0.0/8", "2001:db8:1::/48"].compactMap { NetworkRange($0) })
    let proxy = NetworkAddress("10.1.2.3")!

    private func finding(_ fields: [(String, String)], from peer: NetworkAddress? = nil) -> TrustedProxies.Finding {
        var headers = HTTPHeaders()
        for field in fields { headers.add(field.0, field.1) }
        return proxies.client(of: headers, peer: peer ?? proxy)
    }

    @Test(arguments: [
        ("for=192.0.2.1", "192.0.2.1", nil), ("For=\"[2001:db8:cafe::17]:4711\";proto=https", "2001:db8:cafe::17", true),
        ("for=192.0.2.1;by=10.0.0.1;proto=http", "192.0.2.1", false), ("for=198.51.100.9, for=192.0.2.1, for=10.0.0.2", "192.0.2.1", nil),
        ("for=1.1.1.1;proto=http , for=\"192.0.2.1:80\";proto=https", "192.0.2.1", true),
        ("for=10.0.0.9, for=10.0.0.8", "10.0.0.9", nil), ("for=_hidden, for=10.0.0.8", "10.0.0.8", nil),
        ("for=192.0.2.1;ext=\"a,b;c\"", "192.0.2.1", nil),
    ] as [(String, String, Bool?)])
    func theLastAddressThatIsNotTrustedIsTheClient(field: String, client: String, isSecure: Bool?) throws {
        #expect(finding([("Forwarded", field)]) == .client(try #require(NetworkAddress(client)), isSecure: isSecure))
    }

    @Test(arguments: [
        "for", "for=", "for=1.2.3", "for=1.2.3.4;for=5.6.7.8", "for=\"1.2.3.4", "for=1.2.3.4;proto=ftp", "for=2001:db8::1", "for=\"[::1\"",
        "for=1.2.3.4 5", "for=1.2.3.4,", "=1.2.3.4",
    ])
    func malformedFieldsSayNothing(field: String) { #expect(finding([("Forwarded", field)]) == .malformed) }

    @Test func xForwardedForIsReadWhereThereIsNoForwarded() throws {
        let client = try #require(NetworkAddress("192.0.2.1"))
        #expect(finding([("X-Forwarded-For", "6.6.6.6, 192.0.2.1"), ("X-Forwarded-Proto", "https")]) == .client(client, isSecure: true))
        #expect(finding([("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "192.0.2.1, 10.9.9.9")]) == .client(client, isSecure: nil))
        #expect(finding([("X-Forwarded-For", "6.6.6.6"), ("Forwarded", "for=192.0.2.1")]) == .client(client, isSecure: nil))
        #expect(finding([("X-Forwarded-For", "nobody")]) == .malformed)
        #expect(finding([("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-Proto", "gopher")]) == .malformed)
        #expect(finding([]) == .none)
    }

    @Test func strangersAreNotBelieved() throws {
        #expect(finding([("Forwarded", "for=192.0.2.1")], from: NetworkAddress("11.0.0.1")) == .none)
        #expect(TrustedProxies().client(of: ["Forwarded": "for=192.0.2.1"], peer: proxy) == .none)
    }

    @Test func addressesAreNumbersAndMappedOnesAreIPv4() throws {
        #expect(NetworkAddress("::ffff:192.0.2.1") == NetworkAddress("192.0.2.1"))
        #expect(NetworkAddress("::ffff:192.0.2.1")?.key != NetworkAddress("::ffff:192.0.2.2")?.key, "a listener on :: tells IPv4 clients apart")
        #expect(NetworkAddress("2001:db8::1")?.key == NetworkAddress("2001:db8::2")?.key)
        #expect(NetworkAddress("2001:db8::1")?.key != NetworkAddress("2001:db8:0:1::1")?.key)
        #expect(NetworkAddress("2001:db8::1")?.description == "2001:db8::1")
        #expect(NetworkAddress("1.2.3.4")?.description == "1.2.3.4")
        #expect(NetworkAddress("1.2.3") == nil && NetworkAddress("") == nil && NetworkAddress("1.2.3.4/8") == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("192.0.2.7", "192.0.2.7", true), ("0.0.0.0/0", "1.1.1.1", true),
        ("0.0.0.0/0", "::1", false), ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/33", "2001:db8:8000::", false),
        ("::1/128", "::1", true), ("fe80::/10", "febf::1", true),
    ])
    func rangesContain(range: String, address: String, isIn: Bool) throws {
        #expect(try #require(NetworkRange(range)).contains(try #require(NetworkAddress(address))) == isIn)
    }

    @Test(arguments: ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "/8", "10.0.0.0/+8", "x", "2001:db8::1/64", "1.2.3.4/08"])
    func badRangesAreNone(range: String) { #expect(NetworkRange(range) == nil) }
}

import Testing

@testable import Trunk

@Suite("The NATS protocol as it is read and written")
struct NATSParserTests {
    private func operations(_ bytes: [UInt8], step: Int) -> [String] {
        var parser = NATSParser(mostPayload: 1000)
        var found: [String] = []
        do {
            for start in stride(from: 0, to: bytes.count, by: step) {
                parser.feed(Array(bytes[start..<min(bytes.count, start + step)]))
                while let operation = try parser.next() { found.append("\(operation)") }
            }
        } catch { found.append("\(error)") }
        return found
    }

    @Test("Every operation of a server is read, however it arrives")
    func everything() throws {
        let text =
            "INFO {\"server_name\":\"n0\"} \r\nPING\r\nPONG\r\n+OK\r\n-ERR 'Authorization Violation'\r\nMSG a.b 7 5\r\nhello\r\nMSG a.b 7 in.box 0\r\n\r\n"
            + "HMSG a 8 in 23 26\r\nNATS/1.0\r\nName: x y\r\n\r\nabc\r\nHMSG a 8 26 26\r\nNATS/1.0 503 No Answer\r\n\r\n\r\n"
        let whole = operations(Array(text.utf8), step: 10_000)
        for step in 1...9 { #expect(operations(Array(text.utf8), step: step) == whole) }
        #expect(whole.count == 9)
        var parser = NATSParser()
        parser.feed(Array(text.utf8))
        var found: [NATSParser.Operation] = []
        while let operation = try parser.next() { found.append(operation) }
        #expect(found[4] == .error("Authorization Violation"))
        guard case .message(let plain) = found[5], case .message(let empty) = found[6],
            case .message(let headed) = found[7], case .message(let status) = found[8]
        else {
            Issue.record("\(found)")
            return
        }
        #expect(plain.payload == Array("hello".utf8) && plain.subscription == 7 && plain.reply == nil)
        #expect(empty.reply == "in.box" && empty.payload.isEmpty)
        #expect(headed.headers["name"] == "x y" && headed.payload == Array("abc".utf8))
        #expect(status.headers.status == 503 && status.headers.words == "No Answer")
    }

    @Test(
        "What breaks the protocol is told at once",
        arguments: [
            "HELLO\r\n", "PING\n", "MSG a 1\r\n", "MSG a x 5\r\n", "MSG a 1 -1\r\n", "MSG a 1 2000\r\n",
            "MSG a 1 2\r\nabcd", "HMSG a 1 9 4\r\n",
            "HMSG a 1 12 12\r\nNATS/2.0\r\n\r\n\r\n", "HMSG a 1 15 15\r\nNATS/1.0\r\nx\r\n\r\n\r\n",
            "MSG a 1 99999999999999999999\r\n", "\r\n",
        ])
    func broken(text: String) {
        #expect(
            operations(Array(text.utf8), step: 4).last?.hasPrefix("Broken") ?? false,
            "\(operations(Array(text.utf8), step: 4))")
    }

    @Test("A message is written as servers read it")
    func written() {
        #expect(
            String(decoding: NATSClient.frame("a.b", nil, [], Array("hi".utf8)), as: UTF8.self) == "PUB a.b 2\r\nhi\r\n"
        )
        #expect(
            String(decoding: NATSClient.frame("a", "r", [("N", "v")], Array("hi".utf8)), as: UTF8.self)
                == "HPUB a r 18 20\r\nNATS/1.0\r\nN: v\r\n\r\nhi\r\n")
    }

    @Test("The seed of an nkey is read with its check, and gives its public key; anything else is refused")
    func nkeys() throws {
        // Of `nats-server`'s own documentation of nkeys.
        let key = try #require(NKey.read(seed: "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"))
        #expect(NKey.publicText(of: key) == "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4")
        #expect(NKey.read(seed: "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VZ") == nil)
        #expect(NKey.read(seed: "SAACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY") == nil)
        #expect(NKey.read(seed: "") == nil)
    }

    @Test("A server's address is read with its port; anything else is none")
    func addresses() {
        #expect(NATSServer("nats://nats.example.cn").map { "\($0) \($0.wantsTLS)" } == "nats.example.cn:4222 false")
        #expect(NATSServer("tls://[::1]:4333").map { "\($0) \($0.wantsTLS)" } == "[::1]:4333 true")
        for bad in ["", "nats://", "http://a", "nats://a:0", "nats://a:x", "nats://a/b", "nats://u:p@a", "a:4222"] {
            #expect(NATSServer(bad) == nil, "\(bad)")
        }
    }

    @Test("Where a message stands is read from either form of its reply subject")
    func places() {
        #expect(
            JetStream.Place(reply: "$JS.ACK.t1.r1.1.22.3.1795682552472390716.4").map {
                [$0.stream, $0.consumer, $0.pending]
            } == [22, 3, 4])
        #expect(
            JetStream.Place(reply: "$JS.ACK._.hash.t1.r1.1.22.3.1795682552472390716.4.x").map {
                [$0.stream, $0.consumer, $0.pending]
            } == [22, 3, 4])
        for bad in [nil, "", "$JS.ACK.a", "a.b.c.d.e.f.g.h.i", "$JS.ACK.t1.r1.1.9223372036854775807.3.17.4", "$JS.ACK.t1.r1.1.22.-3.17.4"] { #expect(JetStream.Place(reply: bad) == nil) }
    }

    @Test("A number with which nobody could reckon on is refused where it comes in")
    func numbers() throws {
        func info(_ last: String) -> [UInt8] {
            Array(#"{"created":"a","state":{"messages":1,"first_seq":1,"last_seq":\#(last)},"config":{"num_replicas":1}}"#.utf8)
        }
        #expect(try JetStream.decode(JetStream.StreamInfo.self, info("9007199254740992")).state.last_seq == 1 << 53)
        for bad in ["9223372036854775807", "9007199254740993", "-1"] {
            let error = #expect(throws: NATSError.self) { try JetStream.decode(JetStream.StreamInfo.self, info(bad)) }
            #expect(error?.code == "nats.protocol", "\(bad)")
        }
    }

    @Test("What is sealed opens under its key and subject only; a second key opens what the first one of others seals")
    func sealing() throws {
        let (one, two) = (NetworkKeys.fresh(), NetworkKeys.fresh())
        let (old, both) = (try #require(NetworkKeys(one)), try #require(NetworkKeys("# 说明\n" + two + one)))
        let sealed = try old.seal(Array("秘密".utf8), for: "a.b")
        #expect(try both.open(sealed, of: "a.b") == Array("秘密".utf8))
        #expect(throws: NATSError.self) { try both.open(sealed, of: "a.c") }
        #expect(throws: NATSError.self) { try old.open(both.seal([1], for: "a"), of: "a") }
        #expect(NetworkKeys("") == nil && NetworkKeys("abc") == nil && NetworkKeys(one + "x") == nil)
    }
}

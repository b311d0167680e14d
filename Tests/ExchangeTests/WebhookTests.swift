import Crypto
import FoundationEssentials
import Messages
import Network
import Store
import Synchronization
import Testing
import Vocabulary

@testable import Exchange

@Suite("回调：签名、重试、停用与重放")
struct WebhookTests {
    private static let url = "https://hooks.example.cn/in"

    private func endpoint(_ desk: ExchangeDesk, _ client: String = "bank") async throws -> (WebhookEndpoint, WebhookSecret) {
        try await desk.exchange.webhooks.add(url: Self.url, types: [ExchangeDesk.opened], for: client)
    }

    @Test("Standard Webhooks: the published example signs as published")
    func vector() throws {
        // From the reference libraries' tests of github.com/standard-webhooks/standard-webhooks.
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let header = WebhookSignature.header(id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: body, secrets: [secret])
        #expect(header == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("A signature holds for its secret, body, id and time, and for nothing else")
    func signature() throws {
        let old = WebhookSecret.random()
        let new = WebhookSecret.random()
        let body = Array("{}".utf8)
        let header = WebhookSignature.header(id: "a", timestamp: 1000, body: body, secrets: [new, old])
        func holds(_ secret: WebhookSecret, id: String = "a", time: Int64 = 1000, body: [UInt8] = Array("{}".utf8), now: Int64 = 1000) -> Bool {
            WebhookSignature.isValid(header: header, id: id, timestamp: time, body: body, secrets: [secret], now: now)
        }
        #expect(holds(old))
        #expect(holds(new))
        #expect(!holds(WebhookSecret.random()))
        #expect(!holds(old, id: "b"))
        #expect(!holds(old, time: 1001))
        #expect(!holds(old, body: Array("{ }".utf8)))
        #expect(!holds(old, now: 1301))
        #expect(!holds(old, now: 699))
    }

    @Test("An event reaches the endpoint once, signed, cut to the contract, with a receipt of its own")
    func delivery() async throws {
        let desk = try await ExchangeDesk()
        try await desk.happen()
        let (endpoint, secret) = try await endpoint(desk)
        let id = try await desk.happen()
        try await desk.happen(ExchangeDesk.hidden)
        await desk.advance(.seconds(1))
        #expect(desk.got.count == 1)
        let got = try #require(desk.got.first)
        #expect(got.json["id"]?.string == id.description)
        #expect(got.json["data"] == ["text": "a"])
        let header = try #require(got.headers["webhook-signature"])
        let time = try #require(got.headers["webhook-timestamp"].flatMap { Int64($0) })
        #expect(
            WebhookSignature.isValid(
                header: header, id: id.description, timestamp: time, body: got.body, secrets: [secret], now: desk.clock.now.milliseconds / 1000))
        #expect(try desk.exchange.webhooks.deliveries(to: endpoint.id, limit: 10).map(\.state) == [.delivered])
        let receipt = try #require(try desk.exchange.latest(1).first)
        #expect(receipt.message == ExchangeDesk.opened)
        #expect(receipt.requestDigest == PartnerCall.requestDigest(method: "POST", target: "/in", body: got.body))
    }

    @Test("An event told to one organisation reaches its own clients only")
    func addressed() async throws {
        let desk = try await ExchangeDesk()
        _ = try await endpoint(desk)
        let own = try #require(ExchangeDesk.organisation)
        for subject in ["to/91430200MA4LDEM29K/order/1", "to/\(own)/order/2", "to/\(own)0/order/3", "to/", "order/4"] { try await desk.happen(subject: subject) }
        await desk.advance(.seconds(1))
        #expect(desk.got.compactMap { $0.json["subject"]?.string } == ["to/\(own)/order/2", "order/4"])
    }

    @Test("What fails is tried again by the schedule, then given up, and can be replayed")
    func retries() async throws {
        let desk = try await ExchangeDesk()
        let (endpoint, _) = try await endpoint(desk)
        desk.answers { _ in WebhookAnswer(status: 400) }
        let id = try await desk.happen()
        for _ in RetrySchedule().waits {
            let before = desk.got.count
            await desk.advance(.seconds(1))
            #expect(desk.got.count == before)
            await desk.advance(.seconds(86_400 * 5 / 4))
            #expect(desk.got.count == before + 1)
            // Only the one event is refused: the endpoint itself keeps working.
            desk.answers { $0.json["subject"] == "note/1" ? WebhookAnswer(status: 400) : WebhookAnswer(status: 200) }
            try await desk.happen(subject: "note/other")
            await desk.advance(.milliseconds(250))
            #expect(desk.got.last?.json["subject"] == "note/other")
            desk.receiver.got.withLock { _ = $0.removeLast() }
        }
        #expect(try desk.exchange.webhooks.counts(of: endpoint.id)[.givenUp] == 1)
        #expect(desk.lines.contains("warning webhook-given-up"))
        desk.answers { _ in WebhookAnswer(status: 204) }
        #expect(try await desk.exchange.webhooks.replay(event: id, to: endpoint.id, of: "bank") == 1)
        await desk.exchange.settle()
        #expect(desk.got.last?.json["id"]?.string == id.description)
        #expect(try desk.exchange.webhooks.counts(of: endpoint.id)[.givenUp] == nil)
    }

    @Test("A receiver that is away is disabled after five days, with a notice; what waits is sent when it is enabled again")
    func disabling() async throws {
        let desk = try await ExchangeDesk()
        let (endpoint, _) = try await endpoint(desk)
        desk.answers { _ in throw Refusal.noReceipts }
        try await desk.happen(subject: "note/1")
        var days = 0.0
        while try desk.exchange.webhooks.endpoint(endpoint.id, of: nil).isActive, days < 10 {
            await desk.advance(.seconds(43_200))
            try await desk.happen(subject: "note/\(days + 2)")
            days += 0.5
        }
        #expect(days >= 5 && days < 6)
        #expect(desk.lines.contains("warning webhook-disabled"))
        let count = desk.got.count
        await desk.advance(.seconds(86_400))
        #expect(desk.got.count == count)
        desk.answers { _ in WebhookAnswer(status: 200) }
        try await desk.exchange.webhooks.setActive(true, endpoint.id, of: nil)
        await desk.advance(.seconds(1))
        #expect(try desk.exchange.webhooks.counts(of: endpoint.id)[.waiting] == nil)
        #expect(try desk.exchange.webhooks.endpoint(endpoint.id, of: nil).failingSince == nil)
    }

    @Test("410 ends it at once; a redirect is a failure and is not followed")
    func gone() async throws {
        let desk = try await ExchangeDesk()
        let (endpoint, _) = try await endpoint(desk)
        desk.answers { _ in WebhookAnswer(status: 302) }
        try await desk.happen()
        await desk.advance(.milliseconds(1))
        #expect(desk.got.count == 1)
        #expect(try desk.exchange.webhooks.endpoint(endpoint.id, of: nil).lastError == "redirect is not followed (302)")
        desk.answers { _ in WebhookAnswer(status: 410) }
        await desk.advance(.seconds(10))
        #expect(try desk.exchange.webhooks.endpoint(endpoint.id, of: nil).isActive == false)
    }

    @Test("Events of one subject keep their order although the first one fails")
    func order() async throws {
        let desk = try await ExchangeDesk()
        _ = try await endpoint(desk)
        desk.answers { _ in WebhookAnswer(status: 422) }
        let first = try await desk.happen(subject: "note/1")
        desk.answers { _ in WebhookAnswer(status: 200) }
        let second = try await desk.happen(subject: "note/1")
        await desk.advance(.seconds(1))
        #expect(desk.got.map { $0.json["id"]?.string } == [first.description])
        await desk.advance(.seconds(10))
        #expect(desk.got.map { $0.json["id"]?.string } == [first.description, first.description, second.description])
    }

    @Test("A suspended client receives nothing; after it is back, what waited comes")
    func suspension() async throws {
        let desk = try await ExchangeDesk()
        _ = try await endpoint(desk)
        desk.answers { _ in WebhookAnswer(status: 503) }
        try await desk.happen()
        desk.answers { _ in WebhookAnswer(status: 200) }
        desk.receiver.isSuspended.value = true
        await desk.advance(.seconds(60))
        #expect(desk.got.count == 1)
        desk.receiver.isSuspended.value = false
        await desk.advance(.seconds(60))
        #expect(desk.got.count == 2)
    }

    @Test("Nothing leaves while receipts cannot be written any more")
    func noReceipt() async throws {
        var settings = PartnerExchange.Settings()
        settings.receipts.graceTime = .zero
        let desk = try await ExchangeDesk(settings: settings)
        let (endpoint, _) = try await endpoint(desk)
        let gate = Gate()
        desk.file.enqueue({ _ in gate.wait() }, then: { _ in })
        async let id = desk.record(try desk.call())
        while desk.exchange.receipts.reading.waiting == 0 { await Task.yield() }
        desk.box.advance(.seconds(2))
        desk.exchange.tick()
        _ = try await id
        await #expect(throws: Refusal.noReceipts) { try await desk.exchange.webhooks.test(endpoint.id, of: "bank") }
        #expect(desk.got.isEmpty)
        gate.open()
        await desk.exchange.settle()
        #expect(try await desk.exchange.webhooks.test(endpoint.id, of: "bank").status == 200)
    }

    @Test("After a rotation both secrets sign for a day, then only the new one")
    func rotation() async throws {
        let desk = try await ExchangeDesk()
        let (endpoint, old) = try await endpoint(desk)
        let new = try await desk.exchange.webhooks.rotate(endpoint.id, of: "bank")
        _ = try await desk.exchange.webhooks.test(endpoint.id, of: "bank")
        #expect(desk.got.last?.headers["webhook-signature"]?.split(separator: " ").count == 2)
        #expect(try desk.exchange.webhooks.secrets(of: endpoint.id) == [new, old])
        await desk.advance(.seconds(86_400))
        #expect(try desk.exchange.webhooks.secrets(of: endpoint.id) == [new])
    }

    @Test("No secret stands in the file; what an earlier version kept in plain is sealed when the site opens")
    func sealed() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-sealed-" + UUID().uuidString
        let secret = WebhookSecret.random()
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let lanes = LanePool(threads: 1)
            let old = StoreFile(
                path: folder + "/" + PartnerExchange.fileName, migrations: Array(PartnerExchange.migrations.prefix(1)), lanes: lanes,
                options: PartnerExchange.options, clock: .system)
            try await old.write { writer -> Void in
                try writer.run(
                    "INSERT INTO endpoint(id, client, url, types, state, created_at) VALUES(?, 'bank', ?, ?, 'active', 1)", Self.oldID, Self.url,
                    ExchangeDesk.opened.description)
                try writer.run("INSERT INTO endpoint_secret(endpoint, number, secret) VALUES(?, 1, ?)", Self.oldID, secret.bytes)
            }
            old.close()
            lanes.shutdown()
        }
        let desk = try await ExchangeDesk(folder: folder)
        await desk.exchange.settle()
        let (_, fresh) = try await endpoint(desk)
        let id = try #require(MessageID(Self.oldID))
        #expect(try desk.exchange.webhooks.secrets(of: id) == [secret])
        try desk.file.read { snapshot in
            let stored = try snapshot.rows("SELECT secret FROM endpoint_secret") { try $0.get(0, as: [UInt8].self) }
            #expect(stored.count == 2 && stored.allSatisfy { $0.count == 60 && $0 != secret.bytes && $0 != fresh.bytes })
            #expect(throws: CryptoError.self) {
                try SecretShelf(key: [UInt8](repeating: 8, count: 32)).secrets(of: id, in: snapshot, now: desk.clock.now)
            }
        }
    }

    private static let oldID = "01900000-0000-7000-8000-000000000001"

    @Test("Replay of a period also sends what happened before the endpoint was there")
    func replayPeriod() async throws {
        let desk = try await ExchangeDesk()
        let start = desk.clock.now
        try await desk.happen()
        await desk.advance(.seconds(60))
        let (endpoint, _) = try await endpoint(desk)
        #expect(try await desk.exchange.webhooks.replay(from: start, to: desk.clock.now, to: endpoint.id, of: "bank") == 1)
        await desk.exchange.settle()
        #expect(desk.got.count == 1)
        #expect(try await desk.exchange.webhooks.replay(from: start + .seconds(1), to: desk.clock.now, to: endpoint.id, of: "bank") == 0)
    }

    @Test("Another client's endpoint cannot be seen, tested or removed")
    func foreign() async throws {
        let desk = try await ExchangeDesk()
        let (endpoint, _) = try await endpoint(desk)
        #expect(throws: Refusal.noSuchEndpoint) { try desk.exchange.webhooks.endpoint(endpoint.id, of: "tax") }
        await #expect(throws: Refusal.noSuchEndpoint) { try await desk.exchange.webhooks.remove(endpoint.id, of: "tax") }
        await #expect(throws: Refusal.noSuchEndpoint) { _ = try await desk.exchange.webhooks.rotate(endpoint.id, of: "tax") }
        await #expect(throws: Refusal.noSuchEndpoint) { _ = try await desk.exchange.webhooks.test(endpoint.id, of: "tax") }
    }

    @Test("Every fault of a registration is named together")
    func faults() async throws {
        let desk = try await ExchangeDesk()
        do {
            _ = try await desk.exchange.webhooks.add(url: "http://a@b/", types: [ExchangeDesk.hidden], for: "bank")
            Issue.record("was taken")
        } catch let refusal as Refusal {
            #expect(refusal.faults.map(\.field) == ["/url", "/types/0"])
        }
    }

    @Test("An address is taken apart, or refused with the rule", arguments: [
        ("https://a.cn/x?y=1", "a.cn", 443, "/x?y=1"), ("https://A.cn:8443", "a.cn", 8443, "/"), ("https://[2001:db8::1]:9/z", "2001:db8::1", 9, "/z"),
        ("https://a.cn?q", "a.cn", 443, "/?q"),
    ])
    func urls(text: String, host: String, port: Int, target: String) {
        let url = EndpointURL.parse(text).url
        #expect(url?.host == host && url?.port == port && url?.target == target)
    }

    @Test("An address that could mean two things is refused", arguments: [
        "http://a.cn/", "https://u:p@a.cn/", "https://a.cn/#x", "https://a.cn\\@b/", "https:///x", "https://a.cn:0/", "https://a.cn:99999/",
        "https://中文.cn/", "https://a.cn/ x", "https://[::1", "ftp://a.cn/", "https://a_b.cn/",
    ])
    func badURLs(text: String) { #expect(EndpointURL.parse(text).url == nil) }
}

@Suite("回调地址：不向内网发送")
struct AddressGuardTests {
    static let closed = [
        "127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "100.64.0.1", "100.127.255.255", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.2.3", "255.255.255.255", "240.0.0.1",
        "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
        "64:ff9b::a00:1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:c0a8:101::1", "::127.0.0.1", "100::1", "2001::1",
    ]
    static let open = ["1.1.1.1", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "223.5.5.5", "2400:3200::1", "64:ff9b::101:101", "::ffff:1.1.1.1"]

    @Test("refused", arguments: closed)
    func refused(text: String) throws { #expect(try !AddressGuard().permits(#require(SocketAddress(text, port: 443)))) }

    @Test("permitted", arguments: open)
    func permitted(text: String) throws { #expect(try AddressGuard().permits(#require(SocketAddress(text, port: 443)))) }

    @Test("Every network of the table is written as it must be")
    func table() { #expect(AddressGuard.closedCount == 26) }

    @Test("What the operator allows is open, and nothing beside it")
    func allowed() throws {
        let addresses = AddressGuard(allowing: [try #require(AddressGuard.Network("10.1.2.0/24"))])
        #expect(addresses.permits(try #require(SocketAddress("10.1.2.9", port: 1))))
        #expect(!addresses.permits(try #require(SocketAddress("10.1.3.9", port: 1))))
        #expect(AddressGuard.Network("10.1.2.1/24") == nil)
        #expect(AddressGuard.Network("10.1.2.0") == nil)
        #expect(AddressGuard.Network("10.1.2.0/33") == nil)
    }

    @Test("A name that resolves to this machine is refused before anything is sent")
    func rebinding() {
        let transport = WebhookTransport.network(AddressGuard(), authority: nil)
        for text in ["https://localhost/", "https://127.0.0.1/", "https://[::1]/"] {
            guard let url = EndpointURL.parse(text).url else {
                Issue.record("\(text)")
                continue
            }
            #expect(throws: Refusal.self) { try transport.post(url, [], []) }
        }
    }

    @Test("A name that takes its time is given up with everything else, and the time it took is gone from what is left")
    func slowName() throws {
        let asked = Mutex<Duration?>(nil)
        let url = try #require(EndpointURL.parse("https://hooks.example.cn/").url)
        let slow = WebhookTransport.network(AddressGuard(), authority: nil, time: .seconds(7)) { name, _, time in
            asked.withLock { $0 = time }
            throw Refusal.ended
        }
        #expect(throws: Refusal.self) { try slow.post(url, [], []) }
        #expect(asked.withLock { $0 } == .seconds(7))
        // Resolved, but with nothing left of the time: nothing is sent.
        let late = WebhookTransport.network(AddressGuard(), authority: nil, time: .zero) { _, port, _ in
            SocketAddress("1.1.1.1", port: port).map { [$0] } ?? []
        }
        #expect { try late.post(url, [], []) } throws: { ($0 as? NetworkError)?.log == "deadline passed" }
    }

    @Test("A numeric address needs no resolver, a name that does not exist ends in a refusal")
    func resolver() throws {
        #expect(try SocketAddress.resolve("127.0.0.1", port: 9, within: .seconds(1)).map(\.description) == ["127.0.0.1"])
        #expect(throws: NetworkError.self) { try SocketAddress.resolve("nobody.invalid", port: 9, within: .seconds(5)) }
        #expect(throws: NetworkError.self) { try SocketAddress.resolve("nobody.invalid", port: 9, within: .nanoseconds(1)) }
    }
}

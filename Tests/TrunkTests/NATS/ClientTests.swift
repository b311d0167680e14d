import Crypto
import Dispatch
import FoundationEssentials
import Network
import Synchronization
import TestKit
import Testing

@testable import Trunk

/// Against real servers, one of them for each way to show who one is.
@Suite(
    "A client of NATS servers", .serialized,
    .enabled(if: NATSCluster.program != nil, "needs nats-server of at least 2.10: Tools/setup --nats"))
struct NATSClientTests {
    private func connected(_ cluster: NATSCluster, _ change: (inout NATSClient.Settings) -> Void = { _ in })
        async throws -> NATSClient
    {
        var settings = try TrunkBroker.fresh(cluster).client
        change(&settings)
        let client = NATSClient(settings)
        client.start()
        try await until { client.isConnected || client.report.trouble != nil }
        return client
    }

    @Test(
        "What is published is heard with its fields; a question gets its answer, and one that nobody hears fails at once"
    )
    func speaking() async throws {
        let client = try await connected(NATSCluster.shared.get())
        let number = client.subscribe("t.*.echo") { message in
            guard let reply = message.reply else { return }
            try? client.publish(reply, headers: [("Was", message.headers["Kind"] ?? "")], message.payload)
        }
        let answer = try client.request("t.1.echo", headers: [("Kind", "中文")], [1, 2, 3])
        #expect(answer.payload == [1, 2, 3] && answer.headers["was"] == "中文")
        #expect(throws: NATSError.self) { try client.request("t.1.nobody", []) }
        client.unsubscribe(number)
        #expect(throws: NATSError.self) { try client.request("t.1.echo", []) }
        client.stop()
        #expect(throws: NATSError.self) { try client.publish("t.1.echo", []) }
    }

    @Test("Password, token and nkey let it in; wrong ones are refused with a sentence that says so")
    func credentials() async throws {
        let users = try NATSCluster(
            nodes: 1,
            more:
                #"authorization { users: [ { user: "hunan", password: "s3cret" }, { nkey: UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4 } ] }"#
        )
        let key = try #require(NKey.read(seed: "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY"))
        for credential in [NATSCredential.user("hunan", password: "s3cret"), .key(key)] {
            let client = try await connected(users) { $0.credential = credential }
            #expect(client.isConnected, "\(client.report.trouble ?? "")")
            client.stop()
        }
        for credential in [
            NATSCredential.none, .user("hunan", password: "wrong"),
            .key(try .init(seed: Array(repeating: 7, count: 32))),
        ] {
            let client = try await connected(users) { $0.credential = credential }
            #expect(
                !client.isConnected && client.report.trouble?.contains("Authorization") ?? false,
                "\(client.report.trouble ?? "")")
            client.stop()
        }
        let tokens = try NATSCluster(nodes: 1, more: #"authorization { token: "t0ken" }"#)
        let client = try await connected(tokens) { $0.credential = .token("t0ken") }
        #expect(client.isConnected)
        client.stop()
    }

    @Test(
        "TLS is spoken where the server wants it, and with a certificate of one's own; a server that is not believed, or without TLS, is not used"
    )
    func tls() async throws {
        let folder = FileManager.default.temporaryDirectory.path + "/nats-tls-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try CertificateMaker.writeDevelopmentFiles(in: folder)
        let block =
            "tls { cert_file: \"\(files.certificate)\", key_file: \"\(files.key)\", ca_file: \"\(files.authority)\", verify: false, timeout: 5 }"
        let safe = try NATSCluster(nodes: 1, more: block, scheme: "tls")
        let client = try await connected(safe) { $0.trust = .authority(file: files.authority) }
        #expect(client.isConnected, "\(client.report.trouble ?? "")")
        let stream = JetStream(client: client)
        _ = try stream.create("t1", subjects: ["t1.>"], replicas: 1)
        // More than a TLS record, both ways.
        let large = [UInt8](repeating: 65, count: 300_000)
        #expect(try stream.publish("t1.a", id: "a", after: 0, large) == 1)
        #expect(try stream.last("t1", "t1.>")?.payload == large)
        client.stop()
        let stranger = try await connected(safe)
        #expect(!stranger.isConnected && stranger.report.trouble?.contains("TLS") ?? false)
        stranger.stop()
        let plain = try NATSCluster(nodes: 1, scheme: "tls")
        let careful = try await connected(plain)
        #expect(!careful.isConnected && careful.report.trouble?.contains("TLS") ?? false)
        careful.stop()
    }

    @Test("A stream takes what follows on its last message and nothing else, and no identifier twice")
    func streams() async throws {
        let client = try await connected(NATSCluster.shared.get())
        let stream = JetStream(client: client), name = "s" + UUID().uuidString
        #expect(try stream.stream(name) == nil)
        let made = try stream.create(name, subjects: ["\(name).>"], replicas: 3)
        #expect(try made.config.num_replicas == 3 && stream.names(within: "\(name).>") == [name])
        #expect(try stream.publish("\(name).a", id: "1", after: 0, [1]) == 1)
        for (id, after) in [("2", Int64(0)), ("1", 1), ("3", 7)] {
            let error = #expect(throws: NATSError.self) { try stream.publish("\(name).a", id: id, after: after, [2]) }
            #expect(error?.number == JetStream.wrongSequence)
        }
        #expect(try stream.publish("\(name).b.c", id: "4", after: 1, [4]) == 2)
        #expect(try stream.last(name, "\(name).b.>")?.payload == [4] && stream.last(name, "\(name).c") == nil)
        try stream.delete(name)
        #expect(try stream.stream(name) == nil)
        client.stop()
    }

    @Test(
        "A server that is killed is replaced by another one of the list; subscriptions live on, what was under way fails"
    )
    func reconnecting() async throws {
        let cluster = try NATSCluster(nodes: 3)
        let client = try await connected(cluster)
        let heard = Mutex(0)
        _ = client.subscribe("t.news") { _ in heard.withLock { $0 += 1 } }
        let failures = Mutex(0)
        _ = client.subscribe("t.silent") { _ in }
        client.ask("t.silent", []) { result in if case .failure = result { failures.withLock { $0 += 1 } } }
        let server = try #require(client.report.server)
        let node = try #require(cluster.servers.firstIndex { $0.hasSuffix(server) })
        await cluster.kill(node)
        try await until { failures.withLock { $0 } == 1 && client.isConnected && client.report.server != server }
        try await until {
            try client.publish("t.news", [])
            return heard.withLock { $0 } > 0
        }
        client.stop()
    }
}

import FoundationEssentials
import Testing

@testable import Host
@testable import Trunk

@Suite("The trunk in host.json5")
struct TrunkConfigurationTests {
    private func place(_ trunk: String) throws -> Workplace {
        let place = Workplace()
        try place.fill()
        try place.write("Configs/host.json5", "{\n  defaultSite: 'hunan',\n  trunk: {\n    \(trunk)\n  },\n}")
        return place
    }

    private func keep(_ place: Workplace, _ path: String, _ text: String, mode: Int = 0o600) throws {
        try place.write(path, text)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: place.folder + "/" + path)
    }

    @Test("Without a word sites are joined by certificate; a whole set of settings gives servers, credential and keys")
    func good() throws {
        let plain = Workplace()
        try plain.fill()
        #expect(try plain.read().trunkBroker == nil)
        let place = try place(
            "kind: 'nats', servers: ['tls://nats-1.example.cn', 'nats://127.0.0.1:4333'], network: 'hunan', replicas: 1, key: 'k', user: 'u', passwordFile: 'p'"
        )
        try keep(place, "Configs/k", NetworkKeys.fresh())
        try keep(place, "Configs/p", "s3cret\n")
        #expect(place.problems().isEmpty, "\(place.problems())")
        var reader = ConfigurationReader(folder: place.configs, plugins: Workplace.plugins)
        let broker = try #require(reader.read(.init())?.trunkBroker)
        #expect(
            broker.client.servers.map(\.description) == ["nats-1.example.cn:4222", "127.0.0.1:4333"]
                && broker.network == "hunan" && broker.replicas == 1)
        guard case .user("u", password: "s3cret") = broker.client.credential else {
            Issue.record("another credential")
            return
        }
    }

    @Test(
        "What is wrong is named with its key, value and rule, all at once",
        arguments: [
            ("kind: 'kafka'", ["trunk.kind：应为"]),
            ("kind: 'nats'", ["trunk.servers：trunk.kind 为 nats 时须至少写一台", "trunk.key：trunk.kind 为 nats 时必须填写网络密钥"]),
            (
                "kind: 'nats', servers: ['http://a', 'nats://b:99999'], key: 'k'",
                ["trunk.servers：“http://a”不是", "trunk.servers：“nats://b:99999”不是"]
            ),
            ("kind: 'nats', servers: ['nats://a'], key: 'k', replicas: 2", ["trunk.replicas：副本数须为 1、3 或 5"]),
            ("kind: 'nats', servers: ['nats://a'], key: 'k', network: 'A b'", ["trunk.network：应为"]),
            (
                "kind: 'nats', servers: ['nats://a'], key: 'k', user: 'u'",
                ["trunk.passwordFile：user 与 passwordFile 须一起填写"]
            ),
            (
                "kind: 'nats', servers: ['nats://a'], key: 'k', tokenFile: 't', nkeyFile: 't'",
                ["trunk.nkeyFile：user、tokenFile、nkeyFile 只能择一"]
            ),
            ("kind: 'nats', servers: ['nats://a'], key: 'open'", ["trunk.key：文件 open 的权限为 644"]),
            ("kind: 'nats', servers: ['nats://a'], key: 'bad'", ["trunk.key：文件 bad 的内容应为每行一个 Base64 密钥"]),
            ("kind: 'nats', servers: ['nats://a'], key: 'none'", ["trunk.key：文件 none 不存在"]),
            ("kind: 'nats', servers: ['nats://a'], key: 'k', nkeyFile: 't'", ["trunk.nkeyFile：文件 t 的内容应为以 SU 开头"]),
            ("kind: 'nats', servers: ['nats://a'], key: 'k', authority: 'none'", ["trunk.authority：文件 none 不存在"]),
            (
                "kind: 'nats', servers: ['nats://a'], key: 'k', certificate: 'c'",
                ["trunk.certificateKey：certificate 与 certificateKey 须一起填写"]
            ),
            ("kind: 'nats', server: ['nats://a'], key: 'k'", ["trunk.server：没有这个键，是否想写“trunk.servers”", "trunk.servers：trunk.kind 为 nats 时须至少写一台"]),
        ])
    func wrong(trunk: String, wanted: [String]) throws {
        let place = try place(trunk)
        for (name, text, mode) in [
            ("k", NetworkKeys.fresh(), 0o600), ("t", "word\n", 0o600), ("open", NetworkKeys.fresh(), 0o644),
            ("bad", "abc\n", 0o600), ("c", "x", 0o600),
        ] {
            try keep(place, "Configs/\(name)", text, mode: mode)
        }
        let problems = place.problems()
        for text in wanted { #expect(problems.contains { $0.contains(text) }, "\(text) is missing in \(problems)") }
        #expect(problems.count == wanted.count, "\(problems)")
    }

    @Test("A password in a server's address is refused without being repeated")
    func password() throws {
        let place = try place("kind: 'nats', servers: ['nats://a', 'nats://user:s3cret@b'], key: 'k'")
        try keep(place, "Configs/k", NetworkKeys.fresh())
        let problems = place.problems()
        #expect(problems.count == 1 && problems[0].contains("trunk.servers：第 2 项") && !problems[0].contains("s3cret"), "\(problems)")
    }

    @Test("The network's key is made once, for the owner only")
    func key() async throws {
        let place = Workplace()
        let made = await place.run("trunk key --out \(place.folder)/network.key")
        #expect(made.code == 0, "\(made.error)")
        #expect(
            NetworkKeys(place.text("network.key")) != nil && PrivateFile.mode(place.folder + "/network.key") == 0o600)
        let before = place.text("network.key")
        #expect(await place.run("trunk key --out \(place.folder)/network.key").code != 0)
        #expect(place.text("network.key") == before)
    }
}

import Bus
import FoundationEssentials
import Host
import Store
import TestKit
import Testing

@testable import Trunk

/// How the sites of a tree reach each other.
enum Transport: String, CaseIterable, CustomTestStringConvertible {
    case oneHost = "in one host"
    case mutualTLS = "over mutual TLS"
    case nats = "over NATS JetStream"

    var testDescription: String { rawValue }

    /// Those that can be tried here.
    static let usable = allCases.filter { $0 != .nats || NATSCluster.program != nil }
    /// Those between hosts.
    static let far = usable.filter { $0 != .oneHost }
}

extension TrunkBroker {
    /// A network of its own at the cluster that the tests share.
    static func fresh(_ cluster: NATSCluster? = nil, replicas: Int = 3) throws -> TrunkBroker {
        let cluster = try cluster ?? NATSCluster.shared.get()
        var client = NATSClient.Settings(servers: cluster.servers.compactMap { NATSServer($0) })
        client.first = .milliseconds(50)
        client.longest = .milliseconds(500)
        client.keepAlive = .seconds(2)
        client.patience = .seconds(3)
        guard let keys = NetworkKeys(NetworkKeys.fresh()) else { throw NATSError.cut }
        var broker = TrunkBroker(
            client: client, network: "t" + UUID().uuidString.lowercased().prefix(8), replicas: replicas, keys: keys)
        broker.heartbeat = .seconds(1)
        return broker
    }
}

/// 湖南 with 株洲, 长沙, and 浏阳: on three hosts, or on one.
struct Province {
    let transport: Transport
    private(set) var hosts: [LinkedHost]
    private let broker: TrunkBroker?

    static func start(_ transport: Transport, plugins: [String: [String]] = [:]) async throws -> Province {
        let groups =
            transport == .oneHost
            ? [["hunan", "zhuzhou", "changsha", "liuyang"]] : [["hunan", "zhuzhou"], ["changsha"], ["liuyang"]]
        let broker = transport == .nats ? try TrunkBroker.fresh() : nil
        var hosts: [LinkedHost] = []
        for group in groups { hosts.append(try await LinkedHost.start(group, plugins: plugins, broker: broker)) }
        if transport == .mutualTLS {
            try await hosts[1].link(
                "changsha", to: "hunan", of: hosts[0], hosts[0].host.invite("changsha", to: "hunan"))
            try await hosts[2].link(
                "liuyang", to: "changsha", of: hosts[1], hosts[1].host.invite("liuyang", to: "changsha"))
        }
        let province = Province(transport: transport, hosts: hosts, broker: broker)
        try await until {
            hosts.allSatisfy { host in ["hunan", "zhuzhou", "changsha", "liuyang"].allSatisfy { host.map[$0] != nil } }
        }
        return province
    }

    func host(_ site: String) -> LinkedHost {
        if hosts.count == 1 { return hosts[0] }
        return site == "liuyang" ? hosts[2] : site == "changsha" ? hosts[1] : hosts[0]
    }

    func say(_ site: String, _ kind: Say.Kind, _ text: String) async throws {
        try await host(site).say(site, kind, text)
    }
    func send(_ site: String, _ text: String, to place: String) async throws -> [String] {
        try await host(site).send(site, text, to: place)
    }
    func board(_ site: String) throws -> [String] { try host(site).board(site) }
    func sendings(_ site: String) throws -> [String] { try host(site).sendings(site).map(\.state.rawValue) }

    /// The host of a site goes; another process takes its folder up.
    mutating func restart(_ site: String) async throws {
        guard let index = hosts.firstIndex(where: { $0 === host(site) }) else { return }
        await hosts[index].stop()
        hosts[index] = try await hosts[index].restarted()
    }

    func stop() async { for host in hosts.reversed() { await host.stop() } }
}

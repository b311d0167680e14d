import Glibc
import Messages
import PluginKit
import Vocabulary

/// Which messages a plug-in from a package takes, says and hears: as its declaration has it, or as the operator accepted it.
struct MessageScope: Sendable, Hashable {
    /// One thing that it may do with one type of message.
    struct Right: Codable, Sendable, Hashable, Comparable {
        enum Kind: String, Codable, Sendable, CaseIterable {
            case command, query, event, hears, hearsBeyond, sends, sendsBeyond, asks
        }

        var kind: Kind
        var name: WireName
        /// From how far a command is obeyed, or how far an event goes.
        var reach: Reach?

        /// Chinese, for lists.
        var words: String {
            switch kind {
            case .command: "受理命令 \(name)\(reach == .network ? "（来自全网）" : reach == .upward ? "（来自下级站点）" : "")"
            case .query: "答复查询 \(name)"
            case .event: "发布事件 \(name)\(reach == .network ? "（至全网）" : reach == .upward ? "（至上级站点）" : "")"
            case .hears: "接收本站事件 \(name)"
            case .hearsBeyond: "接收其他站点的事件 \(name)"
            case .sends: "向其他插件发送命令 \(name)"
            case .sendsBeyond: "向其他站点发送命令 \(name)"
            case .asks: "向其他插件查询 \(name)"
            }
        }

        private var order: (Int, String) { (Kind.allCases.firstIndex(of: kind) ?? 0, name.description) }
        static func < (left: Right, right: Right) -> Bool { left.order < right.order }
    }

    var rights: Set<Right>

    init(_ rights: Set<Right>) { self.rights = rights }

    init(_ declaration: Declaration) {
        rights = []
        for entry in declaration.messages {
            let kind: Right.Kind = entry.kind == .command ? .command : entry.kind == .query ? .query : .event
            rights.insert(Right(kind: kind, name: entry.name, reach: entry.reach == .local ? nil : entry.reach))
        }
        for (kind, names) in [
            (Right.Kind.hears, declaration.hears), (.hearsBeyond, declaration.hearsBeyond ?? []), (.sends, declaration.sends),
            (.sendsBeyond, declaration.sendsBeyond ?? []), (.asks, declaration.asks),
        ] { rights.formUnion(names.map { Right(kind: kind, name: $0, reach: nil) }) }
    }

    /// One line each, in order.
    var lines: [String] { rights.sorted().map(\.words) }

    /// What it holds beyond another one.
    func beyond(_ other: MessageScope) -> MessageScope { MessageScope(rights.subtracting(other.rights)) }
}

/// What the operator accepted of a package's plug-in: `<data>/_plugins/<id>/accepted.json`.
extension PackageShelf {
    private struct Accepted: Codable {
        var rights: [MessageScope.Right]
    }

    private func acceptedPath(_ id: String) -> String { "\(folder)/\(id)/accepted.json" }

    /// - Returns: `nil` where it was never enabled, or was before anything was noted: then what it declared counts.
    func accepted(_ id: String) throws -> MessageScope? {
        guard let text = PrivateFile.text(acceptedPath(id)) else { return nil }
        return MessageScope(Set(try JSON.decode(Accepted.self, from: Array(text.utf8)).rights))
    }

    /// - Parameter scope: `nil`: nothing is noted any more.
    func accept(_ id: String, _ scope: MessageScope?) throws {
        guard let scope else { return _ = unlink(acceptedPath(id)) }
        try PrivateFile.replace(acceptedPath(id), try JSON.encode(Accepted(rights: scope.rights.sorted())), mode: 0o600)
    }
}

extension Refusal {
    static func widened(_ id: String, _ version: String, _ lines: [String]) -> Refusal {
        Refusal(
            "host.plugin-widened", status: 409,
            message: "插件“\(id)”\(version) 的消息范围比已接受的多 \(lines.count) 项，须明确接受后才能启用。请核对下列各项；同意的，命令行加 --accept，控制台勾选“接受新增的消息范围”。",
            log: "plug-in \(id) \(version) wants messages that nobody accepted", faults: lines.map { .init(field: "plugins/\(id)", value: $0, message: "尚未接受：\($0)。") })
    }
}

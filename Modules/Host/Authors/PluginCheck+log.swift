import Bus
import Crypto
import Messages
import PluginKit
import Vocabulary

extension PluginCheck {
    /// Every entry, in order.
    @discardableResult
    func entries() async -> [JSONValue] {
        let announced = declaration.messages.filter { $0.kind == .event }
        let schemas = Dictionary(announced.map { ($0.name.description, try? Schema(parsing: $0.message)) }) { first, _ in first }
        let request = JSONValue.object([.init("hearing", .array((announced.map(\.name) + declaration.sends).map { .string($0.description) }))])
        var all: [JSONValue] = []
        var after: Int64 = 0
        while true {
            var head = FrameHead.call("log")
            head.plugin = declaration.manifest.id
            head.seq = after
            head.limit = 100
            do {
                let page = try JSONValue(parsing: await host.line.call(head, body: request.serialized(), within: .seconds(10)).body)
                guard let found = page["entries"]?.array, let last = page["last"]?.integer else {
                    host.fault("log", "the reply has no `entries` and `last`")
                    return all
                }
                if found.count > 100 { host.fault("log", "more entries than `limit`") }
                all += found
                guard last > after else { break }
                after = last
            } catch {
                host.fault("log", "\(error)")
                return all
            }
        }
        for (index, entry) in all.enumerated() {
            if entry["seq"]?.integer != Int64(index + 1) { host.fault("log", "`seq` is not 1, 2, 3 … without gaps at place \(index + 1)") }
            let type = entry["type"]?.string ?? "-"
            if let schema = schemas[type] {
                for fault in schema?.problems(in: Self.revealed(entry["payload"] ?? .null)).prefix(2) ?? [] {
                    host.fault("log", "payload of \(type), \(fault.field): \(fault.message)")
                }
            } else if !declaration.sends.contains(where: { $0.description == type }) {
                host.fault("log", "\(type) is not declared")
            }
        }
        return all
    }

    /// Personal values as they are, chapter "Personal values".
    private static func revealed(_ value: JSONValue) -> JSONValue {
        switch value {
        case .string(let text):
            let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3, parts[0] == "sealed" else { return value }
            return Base64.decodeURL(parts[2]).flatMap { try? JSONValue(parsing: $0) } ?? value
        case .array(let elements): return .array(elements.map(revealed))
        case .object(let members): return .object(members.map { .init($0.key, revealed($0.value)) })
        default: return value
        }
    }

    /// How many entries each message has caused.
    func effects() async -> [String: Int] { await entries().reduce(into: [:]) { if let cause = $1["causation"]?.string { $0[cause, default: 0] += 1 } } }
}

import Crypto
public import Messages

/// Tells the commands of a demonstration under identifiers that are the same at every run: told twice, a story has one effect.
///
/// They are of version 7 with a time long past, so that no real command has one of them, and differ between sites and plug-ins. Where
/// nothing else is said they follow the order of the telling.
public final class DemoTeller {
    private let demonstration: Demonstration
    private let system: Actor
    private let high: UInt64
    private let low: UInt64
    private var count: UInt64 = 0

    /// - Parameter plugin: the identifier in its manifest; who acts unless somebody is named is the system as `<plugin>-demo`.
    public init(_ demonstration: Demonstration, of plugin: String) {
        self.demonstration = demonstration
        system = .system("\(plugin)-demo")
        let mark = Self.mark("\(demonstration.site)/\(plugin)")
        high = 0x0000_0000_00DE_7000 | mark >> 52
        // Variant, thirty bits of the place, thirty-two of what is told.
        low = 0x8000_0000_0000_0000 | (mark & 0x3FFF_FFFF) << 32
    }

    /// - Parameter key: names what is told where its place in the order may change, because what was heard from elsewhere decides it.
    @discardableResult
    public func tell<C: Command>(_ command: C, as actor: Actor? = nil, key: String? = nil) async throws -> C.Reply {
        let place: UInt64
        if let key {
            place = 0x8000_0000 | Self.mark(key) & 0x7FFF_FFFF
        } else {
            count += 1
            place = count
        }
        return try await demonstration.bus.tell(command, as: actor ?? system, id: MessageID(high: high, low: low | place))
    }

    public func ask<Q: Query>(_ query: Q) throws -> Q.Reply { try demonstration.bus.ask(query, as: system) }

    private static func mark(_ text: String) -> UInt64 {
        Digest.sha256.of(Array(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}

public import Network

/// Which addresses the platform may send to: public ones, and those in networks that the operator allows.
///
/// Checked on the address that is connected to, after the name was resolved, so that a name that changes its mind gains nothing.
/// - Source: the special-purpose registries of IANA (RFC 6890 and its updates).
public struct AddressGuard: Sendable, Hashable {
    /// A network, `10.1.0.0/16` or `fd00::/8`.
    public struct Network: Sendable, Hashable, CustomStringConvertible {
        let bytes: [UInt8]
        let bits: Int

        /// `nil` for another shape, or when bits behind the prefix are set.
        public init?(_ text: String) {
            let halves = text.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count == 2, let address = SocketAddress(String(halves[0]), port: 0), let bits = Int(halves[1]),
                (0...address.bytes.count * 8).contains(bits)
            else { return nil }
            bytes = address.bytes
            self.bits = bits
            guard Self.masked(bytes, bits) == bytes else { return nil }
        }

        public var description: String { "\(bytes)/\(bits)" }

        func contains(_ address: [UInt8]) -> Bool { address.count == bytes.count && Self.masked(address, bits) == bytes }

        private static func masked(_ bytes: [UInt8], _ bits: Int) -> [UInt8] {
            bytes.enumerated().map { index, byte in
                let kept = min(8, max(0, bits - index * 8))
                return kept == 8 ? byte : byte & ~(0xFF >> UInt8(kept))
            }
        }
    }

    private let allowed: [Network]

    public init(allowing allowed: [Network] = []) { self.allowed = allowed }

    public func permits(_ address: SocketAddress) -> Bool {
        let bytes = Self.inner(address.bytes)
        if allowed.contains(where: { $0.contains(bytes) || $0.contains(address.bytes) }) { return true }
        return !Self.closed.contains { $0.contains(bytes) || $0.contains(address.bytes) }
    }

    /// The IPv4 address inside an IPv6 one that only wraps it: mapped, translated (NAT64) or 6to4.
    private static func inner(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count == 16 else { return bytes }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF { return Array(bytes[12...]) }
        if bytes.prefix(12) == [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0] { return Array(bytes[12...]) }
        if bytes[0] == 0x20, bytes[1] == 0x02 { return Array(bytes[2..<6]) }
        return bytes
    }

    private static let closed: [Network] = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    ].compactMap(Network.init)

    static var closedCount: Int { closed.count }
}

import CLinux
import Glibc

/// An IP address as a number. An IPv4 address inside IPv6 (`::ffff:a.b.c.d`), as a listener on `::` sees it, is the IPv4 address.
public struct NetworkAddress: Sendable, Hashable, CustomStringConvertible {
    let high: UInt64
    /// For IPv4 the 32 bits.
    let low: UInt64
    let isSix: Bool

    /// Who is counted as one: an IPv4 address, or the first 64 bits of an IPv6 one, since a household has all of the rest.
    public struct Key: Sendable, Hashable {
        let prefix: UInt64
        let isSix: Bool
    }

    public var key: Key { Key(prefix: isSix ? high : low, isSix: isSix) }

    init(four: UInt32) {
        high = 0
        low = UInt64(four)
        isSix = false
    }

    init(six high: UInt64, _ low: UInt64) {
        let isMapped = high == 0 && low >> 32 == 0xFFFF
        self.high = isMapped ? 0 : high
        self.low = isMapped ? low & 0xFFFF_FFFF : low
        isSix = !isMapped
    }

    /// `192.0.2.1` or `2001:db8::1`; `nil` for anything else.
    public init?(_ text: String) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            self.init(four: UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self.init(&six)
        } else {
            return nil
        }
    }

    init(_ six: inout in6_addr) {
        let (high, low) = withUnsafeBytes(of: &six) {
            (UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)), UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
        self.init(six: high, low)
    }

    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        if isSix {
            var bytes = (high.bigEndian, low.bigEndian)
            inet_ntop(AF_INET6, &bytes, &text, socklen_t(text.count))
        } else {
            var bytes = UInt32(truncatingIfNeeded: low).bigEndian
            inet_ntop(AF_INET, &bytes, &text, socklen_t(text.count))
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// Addresses with a common beginning: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct NetworkRange: Sendable, Hashable {
    private let first: NetworkAddress
    private let bits: Int

    /// `nil` when it is no range: the bits behind the prefix must be zero.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let first = NetworkAddress(String(parts[0])) else { return nil }
        let most = first.isSix ? 128 : 32
        var bits = most
        if parts.count == 2 {
            guard let number = Int(parts[1]), (0...most).contains(number), String(number) == parts[1] else { return nil }
            bits = number
        }
        self.first = first
        self.bits = bits
        guard masked(first) == first else { return nil }
    }

    public func contains(_ address: NetworkAddress) -> Bool { address.isSix == first.isSix && masked(address) == first }

    private func masked(_ address: NetworkAddress) -> NetworkAddress {
        func mask(_ bits: Int) -> UInt64 { bits <= 0 ? 0 : bits >= 64 ? ~0 : ~0 << UInt64(64 - bits) }
        return address.isSix
            ? NetworkAddress(six: address.high & mask(bits), address.low & mask(bits - 64))
            : NetworkAddress(four: UInt32(truncatingIfNeeded: address.low & mask(bits + 32)))
    }
}

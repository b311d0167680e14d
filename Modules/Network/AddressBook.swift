import CLinux
import Glibc
import Synchronization

/// How many connections each address has open, over all loops of a server.
final class AddressBook: Sendable {
    /// An IPv4 address, or the first 64 bits of an IPv6 one: a household has all of the rest.
    struct Key: Hashable, Sendable {
        var prefix: UInt64
        var isSix: Bool
    }

    private struct Counts {
        var all = 0
        var each: [Key: Int] = [:]
    }

    enum Verdict { case welcome, full, addressFull }

    private let counts = Mutex(Counts())

    func enter(_ key: Key, limit: Int, limitEach: Int) -> Verdict {
        counts.withLock { counts in
            guard counts.all < limit else { return .full }
            guard counts.each[key, default: 0] < limitEach else { return .addressFull }
            counts.all += 1
            counts.each[key, default: 0] += 1
            return .welcome
        }
    }

    func leave(_ key: Key) {
        counts.withLock { counts in
            counts.all -= 1
            if let rest = counts.each[key], rest > 1 {
                counts.each[key] = rest - 1
            } else {
                counts.each[key] = nil
            }
        }
    }

    /// Key and text of a peer's address.
    static func describe(_ storage: inout sockaddr_storage) -> (key: Key, text: String) {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isSix = storage.ss_family == sa_family_t(AF_INET6)
        let prefix = withUnsafePointer(to: &storage) { pointer -> UInt64 in
            if isSix {
                return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                    var address = six.pointee.sin6_addr
                    inet_ntop(AF_INET6, &address, &text, socklen_t(text.count))
                    return withUnsafeBytes(of: &address) { UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)) }
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                var address = four.pointee.sin_addr
                inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
                return UInt64(UInt32(bigEndian: address.s_addr))
            }
        }
        let letters = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (Key(prefix: prefix, isSix: isSix), String(decoding: letters, as: UTF8.self))
    }
}

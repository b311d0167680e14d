import CLinux
import Glibc
import Synchronization

/// How many connections each address has open, over all loops of a server.
final class AddressBook: Sendable {
    private struct Counts {
        var all = 0
        var each: [NetworkAddress.Key: Int] = [:]
    }

    enum Verdict { case welcome, full, addressFull }

    private let counts = Mutex(Counts())

    func enter(_ key: NetworkAddress.Key, limit: Int, limitEach: Int) -> Verdict {
        counts.withLock { counts in
            guard counts.all < limit else { return .full }
            guard counts.each[key, default: 0] < limitEach else { return .addressFull }
            counts.all += 1
            counts.each[key, default: 0] += 1
            return .welcome
        }
    }

    func leave(_ key: NetworkAddress.Key) {
        counts.withLock { counts in
            counts.all -= 1
            if let rest = counts.each[key], rest > 1 {
                counts.each[key] = rest - 1
            } else {
                counts.each[key] = nil
            }
        }
    }

    /// A peer's address.
    static func describe(_ storage: inout sockaddr_storage) -> NetworkAddress {
        let isSix = storage.ss_family == sa_family_t(AF_INET6)
        return withUnsafePointer(to: &storage) { pointer in
            if isSix {
                return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                    var address = six.pointee.sin6_addr
                    return NetworkAddress(&address)
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                NetworkAddress(four: UInt32(bigEndian: four.pointee.sin_addr.s_addr))
            }
        }
    }
}

import CLinux
import Dispatch
import Glibc
import Synchronization

/// A numeric IP address with a port, as the system's calls want it; and the addresses behind a name.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address's bytes, 4 or 16, most significant first.
    public let bytes: [UInt8]
    public let port: Int

    /// `nil` when the text is no IPv4 or IPv6 address in numbers.
    public init?(_ text: String, port: Int) {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
        self.port = port
    }

    /// The address in numbers, without port.
    public var description: String {
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    var family: Int32 { bytes.count == 4 ? AF_INET : AF_INET6 }

    func withPointer<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
        let port = in_port_t(UInt16(truncatingIfNeeded: self.port)).bigEndian
        if bytes.count == 4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port
            withUnsafeMutableBytes(of: &address.sin_addr) { $0.copyBytes(from: bytes) }
            return withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port
        withUnsafeMutableBytes(of: &address.sin6_addr) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in6>.size)) }
        }
    }

    /// The same, given up after a while: the system's resolver may take minutes. The lookup given up goes on by itself on a thread of
    /// its own; no more than 32 are under way at once.
    /// - Throws: `network.name` when it knows no address, in time; `network.busy` when too many lookups hang.
    public static func resolve(_ name: String, port: Int, within time: Duration) throws -> [SocketAddress] {
        if let numeric = SocketAddress(name, port: port) { return [numeric] }
        guard Lookup.begin() else {
            throw NetworkError("busy", "域名解析没有应答。请检查本机的域名服务器。", log: "too many name lookups are under way")
        }
        let lookup = Lookup()
        Lookup.queue.async {
            lookup.end(Result { try resolve(name, port: port) })
            Lookup.leave()
        }
        return try lookup.wait(time, name: name)
    }

    /// What the system's resolver says of the name, in its order. Blocks: never on an event loop.
    /// - Throws: `network.name` when it knows no address.
    public static func resolve(_ name: String, port: Int) throws -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &list)
        guard code == 0, let first = list else {
            let reason = gai_strerror(code).map { String(cString: $0) } ?? "error \(code)"
            throw NetworkError("name", "主机名“\(name)”无法解析（\(reason)）。请检查拼写和域名解析。", log: "cannot resolve: \(reason)")
        }
        defer { freeaddrinfo(first) }
        var found: [SocketAddress] = []
        for entry in sequence(first: first, next: { $0.pointee.ai_next }) {
            var text = [CChar](repeating: 0, count: 64)
            guard let address = entry.pointee.ai_addr,
                getnameinfo(address, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let words = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            // A zone (`fe80::1%eth0`) is left out: such an address is refused anyway.
            if let made = SocketAddress(String(words.prefix { $0 != "%" }), port: port) { found.append(made) }
        }
        return found
    }
}

/// One question to the resolver that somebody waits for, at most for a while.
private final class Lookup: Sendable {
    static let queue = DispatchQueue(label: "shuniu.names", attributes: .concurrent)
    private static let underWay = Mutex(0)
    private let answer = Mutex<Result<[SocketAddress], any Error>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    static func begin() -> Bool {
        underWay.withLock { count in
            guard count < 32 else { return false }
            count += 1
            return true
        }
    }

    static func leave() { underWay.withLock { $0 -= 1 } }

    func end(_ result: Result<[SocketAddress], any Error>) {
        answer.withLock { $0 = result }
        done.signal()
    }

    func wait(_ time: Duration, name: String) throws -> [SocketAddress] {
        let (seconds, attoseconds) = time.components
        guard done.wait(timeout: .now() + .nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))) == .success,
            let result = answer.withLock({ $0 })
        else {
            throw NetworkError("name", "主机名“\(name)”没有在时限内解析。请检查域名服务器。", log: "name lookup timed out")
        }
        return try result.get()
    }
}

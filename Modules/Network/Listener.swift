import CLinux
import Glibc

/// Listening sockets.
enum Listener {
    /// Opens one listener per loop on the same port.
    /// - Returns: the sockets and the port they share.
    /// - Throws: `NetworkError` when the address is not a number, the port taken or not permitted.
    static func open(_ configuration: HTTPServer.Configuration, count: Int) throws -> (sockets: [Int32], port: Int) {
        guard (0...65535).contains(configuration.port) else {
            throw NetworkError(
                "port", "端口 \(configuration.port) 不在 0 至 65535 之间。请修改监听端口。", log: "port out of range")
        }
        // SO_REUSEPORT would let a second host of the same user listen beside the first one; ask without it first.
        if configuration.port != 0 { close(try bind(configuration, configuration.port, shared: false)) }
        var sockets: [Int32] = []
        var port = configuration.port
        do {
            for _ in 0..<count {
                let socket = try bind(configuration, port, shared: true)
                sockets.append(socket)
                if port == 0 { port = boundPort(socket) }
            }
        } catch {
            for socket in sockets { close(socket) }
            throw error
        }
        return (sockets, port)
    }

    private static func bind(_ configuration: HTTPServer.Configuration, _ port: Int, shared: Bool) throws -> Int32 {
        var storage = sockaddr_storage()
        let length = try fill(&storage, configuration.host, port)
        let descriptor = socket(Int32(storage.ss_family), Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure(configuration, port, errno) }
        var one: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, size)
        if shared { setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, size) }
        let bound = withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) }
        }
        guard bound == 0, Glibc.listen(descriptor, configuration.backlog) == 0 else {
            let number = errno
            close(descriptor)
            throw failure(configuration, port, number)
        }
        return descriptor
    }

    private static func fill(_ storage: inout sockaddr_storage, _ host: String, _ port: Int) throws -> socklen_t {
        let big = in_port_t(UInt16(port)).bigEndian
        return try withUnsafeMutablePointer(to: &storage) { pointer in
            let four = pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { four in
                four.pointee.sin_family = sa_family_t(AF_INET)
                four.pointee.sin_port = big
                return inet_pton(AF_INET, host, &four.pointee.sin_addr) == 1
            }
            if four { return socklen_t(MemoryLayout<sockaddr_in>.size) }
            pointer.pointee = sockaddr_storage()
            let six = pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                six.pointee.sin6_family = sa_family_t(AF_INET6)
                six.pointee.sin6_port = big
                return inet_pton(AF_INET6, host, &six.pointee.sin6_addr) == 1
            }
            guard six else {
                throw NetworkError(
                    "address", "监听地址“\(host)”不是 IPv4 或 IPv6 地址。请填写如 127.0.0.1、0.0.0.0 或 :: 的地址。",
                    log: "listen address is not numeric")
            }
            return socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
    }

    private static func boundPort(_ socket: Int32) -> Int {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = getsockname(socket, $0, &length) }
            // The port stands at the same place for both families.
            return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int(UInt16(bigEndian: $0.pointee.sin_port)) }
        }
    }

    private static func failure(_ configuration: HTTPServer.Configuration, _ port: Int, _ number: Int32) -> NetworkError {
        let place = "\(configuration.host):\(port)"
        switch number {
        case EADDRINUSE:
            return NetworkError(
                "port-taken", "端口 \(port) 已被其他程序占用（\(place)）。请停止该程序，或改用其他端口。", log: "\(place) is in use")
        case EACCES, EPERM:
            return NetworkError(
                "port-permission", "没有权限监听 \(place)。1024 以下的端口需要授权，请改用 1024 以上的端口或授予相应权限。",
                log: "no permission to listen on \(place)")
        case EADDRNOTAVAIL:
            return NetworkError(
                "address-absent", "本机没有地址 \(configuration.host)。请改用本机地址或 0.0.0.0。", log: "\(place) is not local")
        default: return .system("listen", "无法监听 \(place)", number)
        }
    }
}

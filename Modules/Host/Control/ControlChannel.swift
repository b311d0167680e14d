import CLinux

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A connected Unix socket on which each side says one line, within a time. Closed with the value.
final class ControlChannel: Sendable {
    private let descriptor: Int32

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    enum Failure: Error, Equatable {
        /// Longer than the limit.
        case tooLong
        /// The other side did not say its line in time.
        case late
        /// The other side has gone.
        case gone
    }

    /// The user at the other end, as the kernel knows it (`SO_PEERCRED`, unix(7)); `nil` where it does not say.
    var peer: UInt32? {
        // struct ucred: process, user, group.
        var who: [UInt32] = [0, .max, .max]
        var length = socklen_t(who.count * 4)
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0, length == 12 else { return nil }
        return who[1]
    }

    /// The bytes before the line's end; blocks.
    ///
    /// - Throws: `Failure`.
    func readLine(limit: Int, within time: Duration) throws(Failure) -> [UInt8] {
        let end = ContinuousClock.now + time
        var line: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while true {
            try wait(POLLIN, until: end)
            let count = recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .gone }
            if let stop = piece[..<count].firstIndex(of: 10) {
                line += piece[..<stop]
                guard line.count <= limit else { throw .tooLong }
                return line
            }
            line += piece[..<count]
            guard line.count <= limit else { throw .tooLong }
        }
    }

    /// Sends the bytes and the line's end; blocks.
    ///
    /// - Throws: `Failure`.
    func write(line: [UInt8], within time: Duration) throws(Failure) {
        let end = ContinuousClock.now + time
        let bytes = line + [10]
        var sent = 0
        while sent < bytes.count {
            try wait(POLLOUT, until: end)
            let count = bytes[sent...].withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
            }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { throw .gone }
            sent += count
        }
    }

    /// Says that no more will be written, and drops what the other side still sends, for a moment: closing with unread bytes would
    /// reset the connection, and the other side would lose the answer.
    func finish() {
        shutdown(descriptor, Int32(SHUT_WR))
        let end = ContinuousClock.now + .seconds(1)
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while (try? wait(POLLIN, until: end)) != nil, recv(descriptor, &piece, piece.count, Int32(MSG_DONTWAIT)) > 0 {}
    }

    private func wait(_ event: Int32, until end: ContinuousClock.Instant) throws(Failure) {
        while true {
            let left = ContinuousClock.now.duration(to: end).components
            let milliseconds = left.seconds * 1000 + left.attoseconds / 1_000_000_000_000_000
            guard milliseconds > 0 else { throw .late }
            var one = pollfd(fd: descriptor, events: Int16(event), revents: 0)
            let count = poll(&one, 1, Int32(clamping: milliseconds))
            if count > 0 { return }
            if count < 0, errno != EINTR { throw .gone }
        }
    }
}

/// Where the running host of a data folder listens: `_run/control.sock`.
struct ControlAddress: Sendable {
    let folder: String
    var path: String { folder + "/control.sock" }

    init(dataFolder: String) { folder = dataFolder + "/_run" }

    static func socket() throws -> Int32 {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw CommandProblem.system("不能建立管理套接字", errno) }
        return descriptor
    }

    /// Calls `bind` or `connect`; the address has room for 107 bytes only, so a longer path is taken from its folder's descriptor.
    func call(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        var short = path
        var parent: Int32 = -1
        defer { if parent >= 0 { close(parent) } }
        if short.utf8.count > room {
            parent = open(folder, O_DIRECTORY | O_RDONLY | O_CLOEXEC)
            guard parent >= 0 else { return -1 }
            short = "/proc/self/fd/\(parent)/control.sock"
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8.prefix(room)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }
}

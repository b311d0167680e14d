import CLinux
import COpenSSL
import Glibc

/// One connection of the load generator: sends a prepared request, reads one answer, and says so.
final class LoadConnection {
    enum Step {
        /// Nothing more can be done until the socket has news.
        case waiting
        case handshaken
        /// An answer with this status has come whole.
        case answered(status: Int)
        case failed(String)
    }

    let descriptor: Int32
    private let tls: OpaquePointer?
    private(set) var isOpen = false
    var kind = 0
    var isBusy = false
    /// When the answer was due to be asked for, nanoseconds.
    var since: UInt64 = 0
    private var partial: [UInt8] = []

    init(port: Int, number: Int, context: ClientContext?, resume: Bool = false) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw BenchError("no socket: \(String(cString: strerror(errno)))") }
        // Many loopback addresses, so that neither port numbers nor limits per address run out.
        var own = LoadConnection.address(0x7F00_0001 + UInt32(number % 64), port: 0)
        var peer = LoadConnection.address(0x7F00_0001, port: port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, &one, socklen_t(MemoryLayout<Int32>.size))
        let descriptor = self.descriptor
        let isBound = withUnsafePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        let isConnected = withUnsafePointer(to: &peer) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(descriptor, $0, size) }
        }
        guard isBound == 0, isConnected == 0 else {
            let number = errno
            Glibc.close(descriptor)
            throw BenchError("cannot connect to port \(port): \(String(cString: strerror(number)))")
        }
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        guard shuniu_set_nonblocking(descriptor) == 0 else { throw BenchError("cannot make a socket non-blocking") }
        tls = try context?.connect(descriptor, resume: resume)
        isOpen = tls == nil
    }

    private static func address(_ host: UInt32, port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = host.bigEndian
        return address
    }

    var wasResumed: Bool { tls.map { SSL_session_reused($0) == 1 } ?? false }

    /// The session for a later connection; the ticket has come by the time of the first answer.
    func takeSession() -> OpaquePointer? { tls.flatMap { SSL_get1_session($0) } }

    func shake() -> Step {
        guard let tls, !isOpen else { return .handshaken }
        let result = SSL_do_handshake(tls)
        if result == 1 {
            isOpen = true
            return .handshaken
        }
        return waitOrFail(tls, result, "handshake")
    }

    private func waitOrFail(_ tls: OpaquePointer, _ result: Int32, _ what: String) -> Step {
        switch SSL_get_error(tls, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .waiting
        default:
            ERR_clear_error()
            return .failed("\(what) broke off")
        }
    }

    /// Requests are small and one is under way at a time, so the socket takes them whole.
    func send(_ request: UnsafeBufferPointer<UInt8>) -> Bool {
        if let tls { return SSL_write(tls, request.baseAddress, Int32(request.count)) == Int32(request.count) }
        return Glibc.send(descriptor, request.baseAddress, request.count, Int32(MSG_NOSIGNAL)) == request.count
    }

    /// Reads what is there.
    func receive(_ scratch: UnsafeMutableBufferPointer<UInt8>) -> Step {
        while true {
            let count: Int
            if let tls {
                let result = SSL_read(tls, scratch.baseAddress, Int32(scratch.count))
                if result <= 0 { return waitOrFail(tls, result, "connection") }
                count = Int(result)
            } else {
                count = recv(descriptor, scratch.baseAddress, scratch.count, 0)
                if count < 0, errno == EAGAIN || errno == EINTR { return .waiting }
                if count <= 0 { return .failed("connection broke off") }
            }
            if partial.isEmpty {
                if let status = LoadConnection.whole(UnsafeBufferPointer(start: scratch.baseAddress, count: count)) {
                    return .answered(status: status)
                }
            }
            partial.append(contentsOf: scratch[0..<count])
            if let status = partial.withUnsafeBufferPointer({ LoadConnection.whole($0) }) {
                partial.removeAll(keepingCapacity: true)
                return .answered(status: status)
            }
        }
    }

    /// The status of an answer that is there in full; `nil` when some of it is still to come.
    private static func whole(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        guard let base = bytes.baseAddress, bytes.count > 16,
            let end = memmem(base, bytes.count, "\r\n\r\n", 4)
        else { return nil }
        let head = UnsafeRawPointer(end) - UnsafeRawPointer(base)
        let status = Int(base[9] &- 48) * 100 + Int(base[10] &- 48) * 10 + Int(base[11] &- 48)
        var length = 0
        if let found = memmem(base, head, "ontent-Length: ", 15) {
            var digit = found.assumingMemoryBound(to: UInt8.self) + 15
            while digit.pointee &- 48 < 10 {
                length = length * 10 + Int(digit.pointee &- 48)
                digit += 1
            }
        }
        return bytes.count >= head + 4 + length ? status : nil
    }

    func close() {
        if let tls {
            if isOpen { SSL_shutdown(tls) }
            SSL_free(tls)
        }
        ERR_clear_error()
        Glibc.close(descriptor)
    }
}

import CLinux
import COpenSSL
import Glibc

/// A connected socket, with or without TLS, that never blocks.
struct Transport {
    enum Outcome: Equatable {
        /// So many bytes moved.
        case moved(Int)
        /// Nothing now; try again when the socket is readable or writable.
        case blocked(onWrite: Bool)
        /// The peer has sent its last byte.
        case ended
        case failed
    }

    let descriptor: Int32
    let tls: OpaquePointer?

    /// Whether OpenSSL still holds bytes that epoll will not report.
    var hasPending: Bool {
        guard let tls else { return false }
        return SSL_has_pending(tls) == 1
    }

    /// Bytes that moved at the socket under TLS so far, in both directions.
    var wireBytes: UInt64 {
        guard let tls else { return 0 }
        return BIO_number_read(SSL_get_rbio(tls)) + BIO_number_written(SSL_get_wbio(tls))
    }

    @inline(__always)
    func read(into memory: UnsafeMutableBufferPointer<UInt8>) -> Outcome {
        guard let tls else {
            let count = recv(descriptor, memory.baseAddress, memory.count, 0)
            if count > 0 { return .moved(count) }
            if count == 0 { return .ended }
            return errno == EAGAIN || errno == EINTR ? .blocked(onWrite: false) : .failed
        }
        let count = SSL_read(tls, memory.baseAddress, Int32(memory.count))
        return count > 0 ? .moved(Int(count)) : outcome(of: tls, count)
    }

    @inline(__always)
    func write(_ bytes: UnsafeBufferPointer<UInt8>) -> Outcome {
        guard let tls else {
            let count = send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .moved(count) }
            return errno == EAGAIN || errno == EINTR ? .blocked(onWrite: true) : .failed
        }
        let count = SSL_write(tls, bytes.baseAddress, Int32(clamping: bytes.count))
        return count > 0 ? .moved(Int(count)) : outcome(of: tls, count)
    }

    func handshake() -> Outcome {
        guard let tls else { return .moved(0) }
        let result = SSL_do_handshake(tls)
        return result == 1 ? .moved(0) : outcome(of: tls, result)
    }

    private func outcome(of tls: OpaquePointer, _ result: Int32) -> Outcome {
        switch SSL_get_error(tls, result) {
        case SSL_ERROR_WANT_READ: return .blocked(onWrite: false)
        case SSL_ERROR_WANT_WRITE: return .blocked(onWrite: true)
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: return .failed
        }
    }

    /// Says goodbye to the peer and sends nothing more; what it still sends can be read.
    func endOutput() {
        if let tls, SSL_is_init_finished(tls) == 1 { SSL_shutdown(tls) }
        ERR_clear_error()
        shutdown(descriptor, Int32(SHUT_WR))
    }

    func close() {
        if let tls { SSL_free(tls) }
        ERR_clear_error()
        Glibc.close(descriptor)
    }
}

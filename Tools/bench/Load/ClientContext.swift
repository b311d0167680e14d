import COpenSSL
import Foundation

/// The client's side of TLS for the load generator: no verification, since the server is a child of the same run.
final class ClientContext {
    let context: OpaquePointer
    /// A session to resume, taken from an earlier connection.
    var session: OpaquePointer?

    init() throws {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw BenchError("OpenSSL gave no client context") }
        self.context = context
        _ = shuniu_ctx_min_version(context, TLS1_3_VERSION)
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        shuniu_ctx_read_ahead(context, 1)
        _ = shuniu_ctx_set_mode(
            context,
            Int(SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS))
    }

    deinit {
        if let session { SSL_SESSION_free(session) }
        SSL_CTX_free(context)
    }

    func connect(_ descriptor: Int32, resume: Bool) throws -> OpaquePointer {
        guard let tls = SSL_new(context), SSL_set_fd(tls, descriptor) == 1 else { throw BenchError("OpenSSL gave no session") }
        _ = "localhost".withCString { shuniu_ssl_server_name(tls, $0) }
        if resume, let session { SSL_set_session(tls, session) }
        SSL_set_connect_state(tls)
        return tls
    }
}

/// Something that ends a run, in words.
struct BenchError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

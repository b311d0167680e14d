import COpenSSL
import Glibc
import Synchronization

/// The system's authorities, with those of one file where there is one. Made once for all clients that believe the same: 140 authorities take over
/// a mebibyte and ten milliseconds, and a host may have two clients for each of hundreds of links.
final class TrustStore: Sendable {
    // OpenSSL counts references and locks look-ups; nothing is added after `init`.
    private nonisolated(unsafe) let store: OpaquePointer

    /// What makes two the same: the extra authorities, byte by byte, and the state of the system's own.
    private struct Key: Hashable {
        var extra: [UInt8]?
        var system: [Int]
    }

    private struct Known {
        weak var store: TrustStore?
    }

    private static let known = Mutex<[Key: Known]>([:])

    /// - Parameter file: PEM; read anew each time.
    /// - Throws: `NetworkError` `authority`.
    static func shared(also file: String?) throws -> TrustStore {
        let extra = try file.map { try PEMFile($0) }
        let key = Key(
            extra: extra?.bytes,
            system: stamp(X509_get_default_cert_file_env(), X509_get_default_cert_file()) + stamp(X509_get_default_cert_dir_env(), X509_get_default_cert_dir()))
        if let store = known.withLock({ $0[key]?.store }) { return store }
        let fresh = try TrustStore(also: extra)
        return known.withLock { known in
            known = known.filter { $0.value.store != nil }
            if let store = known[key]?.store { return store }
            known[key] = Known(store: fresh)
            return fresh
        }
    }

    private init(also file: PEMFile?) throws {
        guard let store = X509_STORE_new() else { throw ClientTLS.failure("tls", "无法创建证书库") }
        self.store = store
        guard X509_STORE_set_default_paths(store) == 1 else { throw ClientTLS.failure("authority", "系统根证书无法读取") }
        guard let file else { return }
        let extra = file.all { PEM_read_bio_X509($0, nil, nil, nil) }
        defer { for one in extra { X509_free(one) } }
        guard !extra.isEmpty, extra.allSatisfy({ X509_STORE_add_cert(store, $0) == 1 }) else {
            throw ClientTLS.failure("authority", "根证书文件“\(file.path)”无法读取。请检查路径")
        }
    }

    deinit { X509_STORE_free(store) }

    /// From here on the context believes these.
    func give(to context: OpaquePointer) { SSL_CTX_set1_cert_store(context, store) }

    /// Changes when the file or folder does; an environment variable may name another one.
    private static func stamp(_ variable: UnsafePointer<CChar>?, _ path: UnsafePointer<CChar>?) -> [Int] {
        (variable.flatMap { getenv($0) }.map { String(cString: $0) } ?? path.map { String(cString: $0) }).map { PEMFile.stamp($0) } ?? []
    }
}

import COpenSSL
import Vocabulary

/// A SHA-256 value; its text is 64 hexadecimal digits.
public struct SHA256Digest: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    public let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    public static func of(_ content: [UInt8]) -> SHA256Digest { SHA256Digest(bytes: LogHasher().digest(content)) }

    public var description: String { bytes.hexadecimal }
}

/// SHA-256 by libcrypto. The algorithm is fetched once: a fetch for each digest costs more than the digest.
final class LogHasher {
    private let context: OpaquePointer?

    init() { context = EVP_MD_CTX_new() }

    deinit { EVP_MD_CTX_free(context) }

    /// 32 bytes.
    func digest(_ content: [UInt8]) -> [UInt8] {
        content.withUnsafeBytes { digest($0) }
    }

    func digest(_ content: UnsafeRawBufferPointer) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            let done =
                EVP_DigestInit_ex(context, Self.algorithm.pointer, nil) == 1
                && EVP_DigestUpdate(context, content.baseAddress, content.count) == 1
                && EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1
            precondition(done, "libcrypto has no SHA-256")
            count = 32
        }
    }

    // MARK: - In pieces

    func begin() { precondition(EVP_DigestInit_ex(context, Self.algorithm.pointer, nil) == 1, "libcrypto has no SHA-256") }

    func add(_ content: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, content.baseAddress, content.count) }

    func end() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
            EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
            count = 32
        }
    }

    /// Immutable once fetched, so any thread may read it.
    private struct Algorithm: @unchecked Sendable {
        let pointer: OpaquePointer?
    }

    private static let algorithm = Algorithm(pointer: EVP_MD_fetch(nil, "SHA256", nil))
}

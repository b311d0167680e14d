import COpenSSL

/// A request for a certificate (PKCS#10): the public key of a pair that stays with whoever asks.
public enum CertificateRequest {
    /// - Parameter name: the common name, 1…64 characters; whoever issues the certificate decides what stands in it.
    /// - Returns: PEM.
    /// - Throws: `CryptoError` `request` when OpenSSL refuses.
    public static func make(_ name: String, for key: SigningKey) throws -> [UInt8] {
        guard (1...64).contains(name.utf8.count), let request = X509_REQ_new() else { throw CryptoError("request", "a name has 1 to 64 characters") }
        defer {
            X509_REQ_free(request)
            ERR_clear_error()
        }
        let utf8: Int32 = 0x1000
        guard X509_REQ_set_version(request, 0) == 1, let subject = X509_REQ_get_subject_name(request),
            X509_NAME_add_entry_by_txt(subject, "CN", utf8, Array(name.utf8), Int32(name.utf8.count), -1, 0) == 1,
            X509_REQ_set_pubkey(request, key.handle) == 1, X509_REQ_sign(request, key.handle, EVP_sha256()) > 0
        else { throw CryptoError.openSSL("request", "cannot make it") }
        return PEM.write { PEM_write_bio_X509_REQ($0, request) }
    }
}

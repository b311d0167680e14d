import COpenSSL
import Glibc

/// An OCSP response that goes with a certificate (RFC 6066 §8), so that clients need not ask its authority.
struct Staple {
    let bytes: [UInt8]
    /// Seconds since 1970; after it nothing is stapled.
    let until: Int64

    /// Reads and checks a response: signed for this certificate by its issuer, saying "good".
    ///
    /// - Returns: the staple, or a sentence why there is none at the moment: not yet or no longer valid, or revoked.
    /// - Throws: `NetworkError` `ocsp` that names the file: not a response, of another certificate, wrongly signed.
    static func read(
        _ path: String, certificate: OpaquePointer, issuer: OpaquePointer?, now: Int64
    ) throws -> (staple: Staple?, warning: String?) {
        let file = try PEMFile(path)
        defer { ERR_clear_error() }
        func wrong(_ what: String) -> NetworkError { NetworkError.openSSL("ocsp", "OCSP 响应文件“\(path)”\(what)") }
        guard let issuer else { throw wrong("无法核对：证书文件中没有签发者的证书。请在证书文件中补上证书链") }
        let response = file.bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place = buffer.baseAddress
            return d2i_OCSP_RESPONSE(nil, &place, buffer.count)
        }
        guard let response else { throw wrong("不是 OCSP 响应（DER）。请重新获取") }
        defer { OCSP_RESPONSE_free(response) }
        guard OCSP_response_status(response) == OCSP_RESPONSE_STATUS_SUCCESSFUL, let basic = OCSP_response_get1_basic(response) else {
            throw wrong("是一个失败的响应。请重新获取")
        }
        defer { OCSP_BASICRESP_free(basic) }
        guard isSigned(basic, by: issuer) else { throw wrong("的签名不是由证书的签发者作出的。请重新获取") }
        var status: Int32 = -1, reason: Int32 = 0
        var from: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?, until: UnsafeMutablePointer<ASN1_GENERALIZEDTIME>?
        let isFound = [EVP_sha1(), EVP_sha256()].contains { digest in
            guard let id = OCSP_cert_to_id(digest, certificate, issuer) else { return false }
            defer { OCSP_CERTID_free(id) }
            return OCSP_resp_find_status(basic, id, &status, &reason, nil, &from, &until) == 1
        }
        guard isFound else { throw wrong("说的是另一张证书。请为本证书重新获取") }
        guard status == V_OCSP_CERTSTATUS_GOOD else {
            return (nil, "OCSP 响应“\(path)”称证书已被吊销或状态未知，未附带。请立即换发证书。")
        }
        let start = seconds(from), end = until.map { seconds($0) } ?? start + 86_400
        guard start <= now + 300, end > now else { return (nil, "OCSP 响应“\(path)”已过期或尚未生效，未附带。请重新获取。") }
        return (Staple(bytes: file.bytes, until: end), nil)
    }

    private static func isSigned(_ basic: OpaquePointer, by issuer: OpaquePointer) -> Bool {
        guard let store = X509_STORE_new(), let chain = OPENSSL_sk_new_null() else { return false }
        defer {
            X509_STORE_free(store)
            OPENSSL_sk_free(chain)
        }
        X509_STORE_set_flags(store, UInt(X509_V_FLAG_PARTIAL_CHAIN))
        OPENSSL_sk_push(chain, UnsafeRawPointer(issuer))
        return X509_STORE_add_cert(store, issuer) == 1 && OCSP_basic_verify(basic, chain, store, 0) == 1
    }

    private static func seconds(_ time: UnsafePointer<ASN1_GENERALIZEDTIME>?) -> Int64 {
        var parts = tm()
        guard let time, ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return Int64(timegm(&parts))
    }
}

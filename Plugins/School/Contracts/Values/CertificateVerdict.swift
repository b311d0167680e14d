/// What became of the check of a certificate.
public enum CertificateVerdict: String, Codable, Sendable, Hashable, CaseIterable {
    /// 有效
    case valid
    /// 已撤销: signed here, taken back later.
    case revoked
    /// 内容与签名不符: at least one byte differs from what was signed.
    case changed
    /// 不是本平台签发: the text names the key of somebody else.
    case foreignKey
    /// 查无此号: signed here, but the number is not in the register.
    case unknown
    /// 无法识别: no certificate's text.
    case unreadable
}

import Crypto
import Messages

/// A JSON Web Token in compact form (RFC 7515, RFC 7519), ES256 only: no other algorithm, no `none`, no `crit`.
struct JWS {
    var header: JSONValue
    var claims: JSONValue
    private var input: [UInt8]
    private var signature: [UInt8]

    static let longest = 4096

    /// Splits and decodes; checks no signature.
    init?(compact text: some StringProtocol) {
        guard text.utf8.count <= Self.longest else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let limits = JSON.Limits(bytes: Self.longest, depth: 8)
        guard parts.count == 3,
            let head = Base64.decodeURL(String(decoding: parts[0], as: UTF8.self)),
            let body = Base64.decodeURL(String(decoding: parts[1], as: UTF8.self)),
            let signature = Base64.decodeURL(String(decoding: parts[2], as: UTF8.self)), signature.count == 64,
            let header = try? JSONValue(parsing: head, limits: limits), header["alg"]?.string == "ES256", header["crit"] == nil,
            let claims = try? JSONValue(parsing: body, limits: limits), claims.object != nil
        else { return nil }
        self.header = header
        self.claims = claims
        input = Array(parts[0]) + [UInt8(ascii: ".")] + parts[1]
        self.signature = signature
    }

    func isSigned(by key: VerifyingKey) -> Bool { key.isValid(raw: signature, of: input) }

    /// Whole seconds since 1970 of a NumericDate, as milliseconds; `nil` for anything else.
    func moment(_ claim: String) -> Int64? {
        guard let number = claims[claim]?.number, number >= 0, number < 1e11 else { return nil }
        return Int64(number * 1000)
    }

    /// The claim as a list: `aud` may be one text or several.
    func texts(_ claim: String) -> [String] {
        claims[claim]?.string.map { [$0] } ?? claims[claim]?.array?.compactMap(\.string) ?? []
    }

    static func sign(header: [JSONValue.Member], claims: [JSONValue.Member], with key: SigningKey) throws -> String {
        let head = Base64.encodeURL(JSONValue.object(header).serialized())
        let body = Base64.encodeURL(JSONValue.object(claims).serialized())
        let input = head + "." + body
        return input + "." + Base64.encodeURL(try key.signRaw(Array(input.utf8)))
    }
}

/// Public keys of P-256 as JSON Web Keys (RFC 7517).
enum JWK {
    /// The key as members: kty, crv, x, y.
    static func members(_ key: VerifyingKey) -> [JSONValue.Member] {
        let point = key.point
        return [
            .init("kty", "EC"), .init("crv", "P-256"), .init("x", .string(Base64.encodeURL(point.x))),
            .init("y", .string(Base64.encodeURL(point.y))),
        ]
    }

    /// The key's own name, its thumbprint (RFC 7638).
    static func thumbprint(_ key: VerifyingKey) -> String {
        let point = key.point
        let text =
            #"{"crv":"P-256","kty":"EC","x":"\#(Base64.encodeURL(point.x))","y":"\#(Base64.encodeURL(point.y))"}"#
        return Base64.encodeURL(Digest.sha256.of(text.utf8))
    }

    /// A public key from a JWK (JSON) or PEM text, with its `kid` where one is written.
    /// - Throws: `partner.credential` (422): no key, another curve, or a private key, which a partner must keep.
    static func read(_ text: String) throws(Refusal) -> (key: VerifyingKey, kid: String) {
        if text.contains("PRIVATE KEY") { throw isPrivate }
        if text.contains("BEGIN") {
            guard let key = try? VerifyingKey(pem: Array(text.utf8)) else { throw unreadable }
            return (key, thumbprint(key))
        }
        guard let value = try? JSONValue(parsing: Array(text.utf8), limits: .init(bytes: 4096, depth: 8)) else { throw unreadable }
        if value["d"] != nil { throw isPrivate }
        guard value["kty"]?.string == "EC", value["crv"]?.string == "P-256",
            value["use"]?.string ?? "sig" == "sig", value["alg"]?.string ?? "ES256" == "ES256",
            let x = value["x"]?.string.flatMap({ Base64.decodeURL($0) }), let y = value["y"]?.string.flatMap({ Base64.decodeURL($0) }),
            let key = try? VerifyingKey(x: x, y: y)
        else { throw unreadable }
        let kid = value["kid"]?.string ?? thumbprint(key)
        guard (1...100).contains(kid.utf8.count), kid.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw unreadable }
        return (key, kid)
    }

    private static let isPrivate = PartnerRefusals.credential("key", "给出的是私钥。私钥只能由合作方自己保管，请改为提交公钥；这把私钥请不要再使用。")
    private static let unreadable = PartnerRefusals.credential("key", "不是 P-256 公钥。请提交 PEM（BEGIN PUBLIC KEY）或 JWK（kty=EC，crv=P-256）格式的公钥。")
}

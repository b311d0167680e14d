import Messages
import Network
import Store
import Vocabulary

/// Entity tags (RFC 9110 §8.8.3) and the fields that compare them.
enum EntityTag {
    /// 128 bits that stand for content.
    struct Value: Sendable {
        let high: UInt64
        let low: UInt64

        /// A strong tag of these very bytes: 128 bits of their SHA-256. Of what `If-Match` is compared with: nobody can make two states
        /// that have the same.
        init(of bytes: [UInt8]) {
            let digest = SHA256Digest.of(bytes).bytes
            func word(_ from: Int) -> UInt64 { digest[from..<from + 8].reduce(0) { $0 << 8 | UInt64($1) } }
            (high, low) = (word(0), word(8))
        }

        /// A tag for asking again only, `If-None-Match`: 128 bits that tell different answers of one address apart, at a hundredth of the
        /// cost of a digest. Weak in the eyes of cryptography, so nothing may be changed on its word.
        init(quickly bytes: [UInt8]) { (high, low) = bytes.withUnsafeBytes(QuickHash.of) }

        var text: String {
            String(unsafeUninitializedCapacity: 34) { text in
                guard let place = text.baseAddress else { return 0 }
                HexadecimalDigits.write(high, to: place + 1)
                HexadecimalDigits.write(low, to: place + 17)
                place[0] = 34
                place[33] = 34
                return 34
            }
        }
    }

    /// The text of a strong tag.
    static func of(_ bytes: [UInt8]) -> String { Value(of: bytes).text }

    /// The text of a tag for asking again.
    static func quick(_ bytes: [UInt8]) -> String { Value(quickly: bytes).text }

    /// Whether the caller has this content already (`If-None-Match`, RFC 9110 §13.1.2).
    static func isKnown(_ tag: String, to request: HTTPRequest) -> Bool {
        request.headers.all("If-None-Match").contains { list($0, names: tag, weakly: true) }
    }

    /// Whether the list names the tag, or is `*`.
    ///
    /// - Parameter weakly: a `W/` in front does not matter, as for `If-None-Match`.
    static func list(_ field: String, names tag: String, weakly: Bool) -> Bool {
        if field == "*" || field == tag { return true }
        return field.split(separator: ",").contains { part in
            let trimmed = part.drop { $0 == " " }.prefix { $0 != " " }
            return trimmed == tag || weakly && trimmed.hasPrefix("W/") && trimmed.dropFirst(2) == tag
        }
    }
}

/// 128 bits of any bytes by two lanes of folded multiplications (the construction of wyhash), under a key of this process, so that
/// nobody outside can make two answers of one tag. A restart costs each caller one whole answer.
enum QuickHash {
    private static let key = (one: UInt64.random(in: .min ... .max), other: UInt64.random(in: .min ... .max))

    static func of(_ bytes: UnsafeRawBufferPointer) -> (high: UInt64, low: UInt64) {
        var one = key.one ^ UInt64(bytes.count), other = key.other
        var place = 0
        while bytes.count &- place >= 16 {
            mix(&one, &other, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self), bytes.loadUnaligned(fromByteOffset: place &+ 8, as: UInt64.self))
            place &+= 16
        }
        var left: UInt64 = 0, right: UInt64 = 0
        if bytes.count &- place >= 8 {
            right = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)
            place &+= 8
        }
        while place < bytes.count {
            left = left << 8 | UInt64(bytes[place])
            place &+= 1
        }
        mix(&one, &other, left, right)
        return (fold(one ^ 0x1D8E_4E27_C47D_124F, other ^ 0xEB44_ACCA_B455_D165), fold(other ^ 0x1D8E_4E27_C47D_124F, one &+ 0x9E37_79B9_7F4A_7C15))
    }

    @inline(__always)
    private static func mix(_ one: inout UInt64, _ other: inout UInt64, _ left: UInt64, _ right: UInt64) {
        one = fold(one ^ left, right ^ 0x8EBC_6AF0_9C88_C6E3)
        other = fold(other ^ right, left ^ 0x5899_65CC_7537_4CC3)
    }

    @inline(__always)
    private static func fold(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}

/// What a caller says it can read (RFC 9110 §12.5.1).
enum Acceptance {
    /// Whether an answer of that media type is among what is asked for; without the field, anything is.
    static func admits(_ type: String, _ field: String?) -> Bool {
        guard let field, field != "*/*", field != type else { return true }
        let family = type.prefix { $0 != "/" } + "/*"
        var verdict: (rank: Int, admits: Bool) = (-1, false)
        for part in field.split(separator: ",") {
            let pieces = part.split(separator: ";")
            let range = String(pieces.first ?? "").lowercased().filter { $0 != " " && $0 != "\t" }
            let rank = range == type ? 2 : range == family ? 1 : range == "*/*" ? 0 : -1
            guard rank >= 0, rank >= verdict.rank else { continue }
            let isNone = pieces.dropFirst().contains { piece in
                let text = piece.lowercased().filter { $0 != " " }
                return text.hasPrefix("q=") && (Double(text.dropFirst(2)) ?? 1) == 0
            }
            verdict = (rank, !isNone)
        }
        return verdict.admits
    }
}

extension Refusal {
    static func notAcceptable(_ type: String) -> Refusal {
        Refusal(
            "gateway.not-acceptable", status: 406, message: "该接口只能以 \(type) 回复，与请求的 Accept 不符。请在 Accept 中加入 \(type) 或去掉该字段。",
            log: "Accept admits no \(type)")
    }

    static let preconditionRequired = Refusal(
        "gateway.if-match-required", status: 428,
        message: "修改前须说明所依据的版本，本次没有执行。请先查询该内容，再把回复中的 ETag 放入 If-Match 提交；确定不论现状都要修改的，写 If-Match: *。",
        log: "If-Match is missing")

    static let noVersion = Refusal(
        "gateway.no-version", status: 412, message: "该接口没有可比较的版本，带 If-Match 的请求没有执行。请去掉 If-Match 后重试。",
        log: "If-Match on an operation without a resource")
}

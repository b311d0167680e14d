import Messages
import Network
import Store

/// Entity tags (RFC 9110 §8.8.3) and the fields that compare them.
enum EntityTag {
    /// A strong tag of these very bytes: 128 bits of their SHA-256.
    static func of(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let digest = SHA256Digest.of(bytes).bytes
        return String(unsafeUninitializedCapacity: 34) { buffer in
            buffer[0] = 34
            for index in 0..<16 {
                buffer[1 + 2 * index] = digits[Int(digest[index] >> 4)]
                buffer[2 + 2 * index] = digits[Int(digest[index] & 15)]
            }
            buffer[33] = 34
            return 34
        }
    }

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

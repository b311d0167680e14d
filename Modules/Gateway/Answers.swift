import Messages
import Network
import Pages
import PluginKit

extension HTTPResponse {
    static func json(_ status: Int, _ bytes: [UInt8], type: String = "application/json") -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: ["Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"], body: .bytes(bytes))
    }

    static func redirect(to path: String, cookies: [String] = []) -> HTTPResponse {
        var response = HTTPResponse(status: 303, headers: ["Location": path, "Cache-Control": "no-store"])
        for cookie in cookies { response.headers.add("Set-Cookie", cookie) }
        return response
    }

    /// A document with the headers that keep foreign scripts, frames and caches out.
    static func document(_ status: Int, _ bytes: [UInt8], isPublic: Bool) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": Assets.contentSecurityPolicy,
                "Cache-Control": isPublic ? "no-cache" : "no-store", "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
                "Strict-Transport-Security": "max-age=31536000", "Cross-Origin-Opener-Policy": "same-origin",
            ], body: .bytes(bytes))
    }
}

extension Refusal {
    static let malformedPath = Refusal(
        "gateway.path", status: 400, message: "网址中含有空段、“.”或“..”，未受理。请检查网址后重试。",
        log: "path has empty or dot segments")

    static func methodNotAllowed(_ allowed: [String]) -> Refusal {
        Refusal(
            "gateway.method", status: 405, message: "该地址不支持此请求方法，支持：\(allowed.joined(separator: "、"))。请更换方法后重试。",
            log: "method not allowed; allowed: \(allowed.joined(separator: ", "))")
    }

    static let formExpired = Refusal(
        "gateway.form-expired", status: 403, message: "页面已过期或来源不明，提交未受理。请刷新页面后重新提交，已填写的内容可用浏览器返回键找回。",
        log: "form without a valid CSRF token")

    static func mediaType(_ wanted: String, given: String?) -> Refusal {
        Refusal(
            "gateway.media-type", status: 415, message: "请求内容类型为“\(given ?? "未注明")”，该接口只接受 \(wanted)。请设置 Content-Type 后重试。",
            log: "unsupported content type; wants \(wanted)")
    }
}

extension Gateway {
    /// Problem details (RFC 9457) for programs.
    func problem(_ refusal: Refusal, instance: String?) -> HTTPResponse {
        var response = HTTPResponse.json(refusal.status, refusal.problemDetails(instance: instance), type: "application/problem+json")
        if let wait = refusal.retryAfter { response.headers.add("Retry-After", String(max(1, wait.components.seconds))) }
        if refusal.status == 401 { response.headers.add("WWW-Authenticate", "Bearer") }
        return response
    }
}

/// Tables as comma-separated values (RFC 4180) that open in Excel with Chinese text and without running formulas.
enum CSV {
    static func bytes(_ rows: [[String]]) -> [UInt8] {
        var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
        for row in rows {
            bytes += Array(row.map(cell).joined(separator: ",").utf8)
            bytes += [13, 10]
        }
        return bytes
    }

    /// A leading `= + - @` or control character would be run as a formula; an apostrophe in front defuses it. Numbers stay.
    private static func cell(_ text: String) -> String {
        var text = text
        if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first), Double(text) == nil { text = "'" + text }
        guard text.utf8.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

import Messages
public import Network
import Pages
import PluginKit

extension HTTPResponse {
    /// A 200 with JSON.
    static func answer(_ bytes: [UInt8]) -> HTTPResponse { HTTPResponse(status: 200, headers: jsonFields, body: .bytes(bytes)) }

    static func json(_ status: Int, _ bytes: [UInt8], type: String = "application/json") -> HTTPResponse {
        HTTPResponse(status: status, headers: type == "application/json" ? jsonFields : fields(ofType: type), body: .bytes(bytes))
    }

    /// Made once: every answer of the API has them.
    private static let jsonFields = fields(ofType: "application/json").prepared()

    /// The same, for answers that have no others.
    static let preparedJSON = PreparedFields(jsonFields)

    private static func fields(ofType type: String) -> HTTPHeaders {
        [
            "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
            "Strict-Transport-Security": strictTransport,
        ]
    }

    /// Browsers come back over TLS only, for a year.
    static let strictTransport = "max-age=31536000"

    /// No such method here; what the address allows stands in `Allow`.
    static func notAllowed(_ allowed: [String]) -> HTTPResponse {
        HTTPResponse(status: 405, headers: ["Allow": Gateway.allowed(allowed).joined(separator: ", "), "Strict-Transport-Security": strictTransport])
    }

    static func redirect(to path: String, cookies: [String] = []) -> HTTPResponse {
        var response = HTTPResponse(status: 303, headers: ["Location": path, "Cache-Control": "no-store", "Strict-Transport-Security": strictTransport])
        for cookie in cookies { response.headers.add("Set-Cookie", cookie) }
        return response
    }

    /// A document with the headers that keep foreign scripts, frames and caches out. Each holds a form token, so none is stored.
    static func document(_ status: Int, _ bytes: [UInt8]) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: [
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": Assets.contentSecurityPolicy,
                "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
                "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
                "Strict-Transport-Security": strictTransport, "Cross-Origin-Opener-Policy": "same-origin",
            ], body: .bytes(bytes))
    }
}

extension HTTPResponse {
    /// One server-sent event and the wait until the browser asks again (WHATWG HTML §9.2): no connection is held open for it.
    static func live(_ part: HTML) -> HTTPResponse {
        let lines = part.description.split(omittingEmptySubsequences: false) { $0.isNewline }
        let text = "retry: \(LivePart.pause)\nevent: show\n" + lines.map { "data: \($0)\n" }.joined() + "\n"
        return HTTPResponse(
            headers: [
                "Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Strict-Transport-Security": strictTransport,
            ], body: .bytes(Array(text.utf8)))
    }

    /// For people: no page of the site, which would cost more than what is being refused.
    static func tooManyRequests(_ milliseconds: Int64) -> HTTPResponse {
        let refusal = Refusal.tooManyRequests(milliseconds)
        let text = "<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>请求过于频繁</title></head>"
            + "<body><h1>请求过于频繁</h1><p>\(refusal.message)</p></body></html>\n"
        var response = HTTPResponse.document(refusal.status, Array(text.utf8))
        if let wait = refusal.retryAfter { response.headers.add("Retry-After", String(max(1, wait.components.seconds))) }
        return response
    }

    /// A trusted proxy says that the client spoke plain HTTP: the same address on HTTPS.
    static func toHTTPS(_ request: HTTPRequest) -> HTTPResponse {
        let query = request.query.map { "?" + $0 } ?? ""
        let host = (request.field("Host") ?? "localhost").prefix { $0 != ":" }
        return HTTPResponse(status: 308, headers: ["Location": "https://\(host)\(request.path)\(query)", "Cache-Control": "no-store"])
    }
}

/// What browsers are told with every answer, also with those that the server makes itself; pages say more about scripts.
public enum SecurityFields {
    /// Of the listener with TLS.
    public static let https = StandingFields(
        [("Strict-Transport-Security", HTTPResponse.strictTransport)] + everywhere)
    /// Of listeners without: a browser ignores Strict-Transport-Security there (RFC 6797 §8.1).
    public static let http = StandingFields(everywhere)

    private static let everywhere: [(name: String, value: String)] = [
        ("X-Content-Type-Options", "nosniff"), ("Referrer-Policy", "same-origin"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Permissions-Policy", permissions(camera: "")),
    ]

    /// Of the few pages whose modules read codes with the camera.
    static let cameraPolicy = permissions(camera: "self")

    private static func permissions(camera: String) -> String { "camera=(\(camera)), geolocation=(), microphone=(), payment=(), usb=()" }
}

extension Gateway {
    /// Counts a request of somebody who is signed in.
    func admit(_ caller: Caller, at site: SiteFace) throws(Refusal) {
        guard caller.session != nil else { return }
        let account = RateKeeper.Account(site: site.card.id, id: caller.actor.id)
        if let wait = rates.wait(account, now: clock.now.milliseconds) { throw .tooManyRequests(wait) }
    }
}

extension Refusal {
    static func tooManyRequests(_ milliseconds: Int64) -> Refusal {
        let seconds = max(1, (milliseconds + 999) / 1000)
        return Refusal(
            "gateway.too-many-requests", status: 429, message: "请求过于频繁，已暂停受理。请在 \(seconds) 秒后重试；批量查询请联系平台管理员开通接口。",
            log: "too many requests", retryAfter: .seconds(seconds))
    }

    static let malformedPath = Refusal(
        "gateway.path", status: 400, message: "网址中含有空段、“.”或“..”，未受理。请检查网址后重试。",
        log: "path has empty or dot segments")

    /// - Parameter allowed: without HEAD, which goes with GET, and OPTIONS, which every path has.
    static func methodNotAllowed(_ allowed: [String]) -> Refusal {
        let methods = Gateway.allowed(allowed)
        return Refusal(
            "gateway.method", status: 405, message: "该地址不支持此请求方法。请更换方法后重试。",
            log: "method not allowed; allowed: \(methods.joined(separator: ", "))",
            faults: [.init(field: "Allow", value: methods.joined(separator: ", "), message: "支持的方法：\(methods.joined(separator: "、"))。")])
    }

    /// The value of the field `Allow`, which RFC 9110 §15.5.6 wants beside a 405.
    var allow: String? { status == 405 ? faults.first { $0.field == "Allow" }?.value : nil }

    static let mustEnrol = Refusal(
        "gateway.second-factor-required", status: 403, message: "本站要求该账号使用两步验证，请先在网页上启用，再使用接口。",
        log: "the account has to enrol a second factor first")

    static let mustChangePassword = Refusal(
        "gateway.password-change-required", status: 403, message: "首次登录或密码已到期，修改密码后才能继续。请先在平台网页上修改密码。",
        log: "the session may only change its password")

    static func largeForm(_ limit: Int) -> Refusal {
        Refusal(
            "gateway.form-size", status: 413, message: "提交的表单超过 \(limit >> 10) KiB，未受理。请缩短内容，或改为上传附件。",
            log: "form of more than \(limit) bytes")
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
        if let allow = refusal.allow { response.headers.add("Allow", allow) }
        if let wait = refusal.retryAfter ?? (refusal.status == 429 || refusal.status == 503 ? .seconds(2) : nil) {
            response.headers.add("Retry-After", String(max(1, Refusal.seconds(wait))))
        }
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

    /// A leading `= + - @`, also in full width, or control character would be run as a formula; an apostrophe in front
    /// defuses it. Numbers stay.
    private static func cell(_ text: String) -> String {
        var text = text
        if let first = text.unicodeScalars.first, "=+-@＝＋－＠\t\r\n".unicodeScalars.contains(first), !isNumber(text) { text = "'" + text }
        guard text.utf8.contains(where: { $0 == 34 || $0 == 44 || $0 == 10 || $0 == 13 }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    private static func isNumber(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 &- 48 < 10 || "+-.eE".utf8.contains($0) } && Double(text) != nil
    }
}

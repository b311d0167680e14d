/// A request that the protocol does not allow, with the answer it gets before its connection is closed.
struct ProtocolFault: Equatable, Sendable {
    let status: Int
    let code: String
    let sentence: String

    private init(_ status: Int, _ code: String, _ sentence: String) {
        self.status = status
        self.code = "network.\(code)"
        self.sentence = sentence
    }

    static let requestLine = ProtocolFault(400, "request-line", "请求行不符合“方法 目标 HTTP/1.1”的格式（RFC 9112 第3节）。请检查客户端。")
    static let lineEnd = ProtocolFault(400, "line-end", "行尾必须是 CRLF，且行内不得有单独的 CR 或 LF（RFC 9112 第2.2节）。请检查客户端。")
    static let target = ProtocolFault(400, "target", "请求目标含有不允许的字符、错误的百分号编码或不适用的形式（RFC 9112 第3.2节）。请检查网址。")
    static let longTarget = ProtocolFault(414, "target-too-long", "网址过长。请缩短网址，或改用表单提交。")
    static let version = ProtocolFault(505, "version", "本服务只接受 HTTP/1.1。请更换客户端或协议版本。")
    static let method = ProtocolFault(501, "method", "不支持该请求方法。请使用 GET、HEAD、POST、PUT、PATCH 或 DELETE。")
    static let field = ProtocolFault(400, "field", "首部字段格式错误：名称、冒号前空白、折行或控制字符（RFC 9112 第5节）。请检查客户端。")
    static let largeHead = ProtocolFault(431, "head-too-large", "请求首部过大或字段过多。请减少首部字段或清除该网站的 Cookie 后重试。")
    static let host = ProtocolFault(400, "host", "Host 字段缺失、重复、格式错误或与请求目标不一致（RFC 9112 第3.2节）。请检查客户端。")
    static let contentLength = ProtocolFault(400, "content-length", "Content-Length 重复、矛盾或不是数字（RFC 9112 第6.3节）。请检查客户端。")
    static let framing = ProtocolFault(400, "framing", "不得同时给出 Content-Length 与 Transfer-Encoding，且 chunked 只能出现一次并位于最后（RFC 9112 第6.1节）。请检查客户端。")
    static let coding = ProtocolFault(501, "transfer-coding", "只支持 chunked 传输编码（RFC 9112 第6.1节）。请去掉其他编码。")
    static let expectation = ProtocolFault(417, "expectation", "只支持 Expect: 100-continue（RFC 9110 第10.1.1节）。请去掉其他期望。")
    static let chunk = ProtocolFault(400, "chunk", "分块正文格式错误：块长、块尾或扩展（RFC 9112 第7.1节）。请检查客户端。")
    static let trailer = ProtocolFault(400, "trailer", "尾部字段格式错误、过多或不允许（RFC 9112 第7.1.2节）。请检查客户端。")
    static let largeBody = ProtocolFault(413, "body-too-large", "正文超过此处允许的大小。请压缩或分次提交。")
    static let headTime = ProtocolFault(408, "head-timeout", "等待请求首部超时。请检查网络后重试。")
    static let bodyTime = ProtocolFault(408, "body-timeout", "接收正文过慢。请检查网络后重试。")
    static let answerTime = ProtocolFault(503, "answer-timeout", "处理超时。请稍后重试；如反复出现，请联系平台管理员。")
    static let busy = ProtocolFault(503, "busy", "服务器繁忙。请稍后重试。")
    static let defect = ProtocolFault(500, "answer", "服务器生成的应答不合规，已拦截。请联系平台管理员。")
    static let plainText = ProtocolFault(400, "plain-http", "此端口只接受 HTTPS。请在网址前写 https://。")

    /// The answer as problem+json (RFC 9457).
    var response: HTTPResponse {
        let title = StatusLine.reason(status)
        let text = #"{"type":"about:blank","title":"\#(title)","status":\#(status),"code":"\#(code)","detail":"\#(sentence)"}"#
        var response = HTTPResponse(
            status: status,
            headers: ["Content-Type": "application/problem+json", "Cache-Control": "no-store"],
            body: .bytes(Array(text.utf8)))
        // Spread a little, so that not everybody is back at the same moment.
        if status == 503 { response.headers.add("Retry-After", String(Int.random(in: 1...3))) }
        return response
    }
}

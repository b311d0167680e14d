/// A refusal as problem details, RFC 9457, `application/problem+json`; the page of the error stands at its type.
extension Refusal {
    /// The media type of the JSON.
    public static let mediaType = "application/problem+json"

    /// The problem object: `type` is `/errors/<code>`, `title` the status in words, `detail` the Chinese sentence.
    ///
    /// - Parameter instance: incident code or correlation id, by which the log knows the case.
    public func problem(instance: String? = nil) -> JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", .string("/errors/" + code)), .init("title", .string(Self.title(status))),
            .init("status", .integer(Int64(status))), .init("detail", .string(message)), .init("code", .string(code)),
        ]
        if let instance { members.append(.init("instance", .string(instance))) }
        if !faults.isEmpty {
            members.append(
                .init(
                    "faults",
                    .array(
                        faults.map { fault in
                            var parts: [JSONValue.Member] = [.init("field", .string(fault.field))]
                            if let value = fault.value { parts.append(.init("value", .string(value))) }
                            parts.append(.init("message", .string(fault.message)))
                            return .object(parts)
                        })))
        }
        if let retryAfter { members.append(.init("retryAfter", .integer(Self.seconds(retryAfter)))) }
        return .object(members)
    }

    /// The problem object as bytes, the body of the answer.
    public func problemDetails(instance: String? = nil) -> [UInt8] { problem(instance: instance).serialized() }

    /// Reads what another site or partner answered; what is no problem object becomes a refusal all the same.
    ///
    /// - Parameter status: the HTTP status it came with; counts where the object says nothing.
    public init(problem: JSONValue, status: Int) {
        let type = problem["type"]?.string ?? ""
        let code = problem["code"]?.string ?? (type.hasPrefix("/errors/") ? String(type.dropFirst(8)) : "messages.remote")
        let said = problem["status"]?.integer.map(Int.init) ?? status
        self.init(
            String(code.prefix(100)), status: (400...599).contains(said) ? said : 502,
            message: problem["detail"]?.string ?? "对方系统没有受理，且未说明原因，请联系对方平台。", log: "refused by the other end: \(code.prefix(100))")
        faults = (problem["faults"]?.array ?? []).prefix(100).compactMap { fault in
            guard let message = fault["message"]?.string else { return nil }
            return Fault(field: fault["field"]?.string ?? "", value: fault["value"]?.string, message: message)
        }
        if let seconds = problem["retryAfter"]?.integer, (0...86_400).contains(seconds) { retryAfter = .seconds(seconds) }
    }

    /// Whole seconds, rounded up, as `Retry-After` wants them.
    public static func seconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return max(0, seconds + (attoseconds > 0 ? 1 : 0))
    }

    /// A status in Chinese words.
    public static func title(_ status: Int) -> String {
        switch status {
        case 400: "请求格式有误"
        case 401: "需要登录"
        case 403: "没有权限"
        case 404: "没有找到"
        case 405: "方法不允许"
        case 406: "无法按要求的格式回复"
        case 408: "接收超时"
        case 409: "与现状冲突"
        case 410: "已不存在"
        case 412: "前提不成立"
        case 413: "内容过大"
        case 415: "格式不受支持"
        case 416: "所要的范围不存在"
        case 422: "内容不符合要求"
        case 428: "须说明所依据的版本"
        case 429: "请求过于频繁"
        case 500: "系统故障"
        case 502: "对方系统故障"
        case 503: "系统正忙"
        case 504: "等待超时"
        default: status < 500 ? "请求未被受理" : "系统故障"
        }
    }
}

/// The refusals that the core itself utters; plug-ins have their own codes.
extension Refusal {
    /// No such message, in this version, at this site.
    public static func unknownMessage(_ name: String) -> Refusal {
        Refusal(
            "messages.unknown", status: 404, message: "本平台不受理消息“\(name.prefix(100))”，请核对名称和版本，或确认对应插件已启用。",
            log: "no handler for message \(name.prefix(100))")
    }

    /// Code of `malformed`, by which the gateway knows what to explain by schema.
    public static let malformedCode = "messages.malformed"

    /// The body is not JSON, or not the JSON that the message wants.
    public static func malformed(_ error: JSONError) -> Refusal {
        let status = error.kind == .tooLarge ? 413 : error.kind == .unencodable ? 500 : 400
        return Refusal(
            malformedCode, status: status, message: "提交的内容无法读取：\(error.message)", log: "malformed JSON, \(error)",
            faults: [Fault(field: error.pointer, message: error.message)])
    }

    /// The fields of a message or settings break their schema; all faults at once.
    public static func invalid(_ faults: [Fault]) -> Refusal {
        Refusal(
            "messages.invalid", status: 422, message: "提交的内容有 \(faults.count) 处不符合要求，请按各字段提示改正后重新提交。",
            log: "\(faults.count) invalid fields: \(faults.prefix(5).map(\.field).joined(separator: " "))", faults: faults)
    }

    /// A request names parameters that nothing knows; with every other fault.
    public static func unknownParameters(_ faults: [Fault]) -> Refusal {
        Refusal(
            "messages.unknown-parameter", status: 400, message: "请求含有本接口没有的参数，或参数不符合要求，共 \(faults.count) 处。请按各参数提示改正后重试。",
            log: "unknown parameters: \(faults.prefix(5).map(\.field).joined(separator: " "))", faults: faults)
    }

    /// The actor is known but may not.
    public static let forbidden = Refusal(
        "access.forbidden", status: 403, message: "当前账号没有办理此事项的权限，请改用有相应角色的账号，或联系本平台安全管理员授权。",
        log: "the actor lacks the role")

    /// Nobody is signed in, and somebody has to be.
    public static let signInRequired = Refusal(
        "access.sign-in-required", status: 401, message: "此操作需要登录，请登录后重试。", log: "an account is required")

    public static let notFound = Refusal(
        "messages.not-found", status: 404, message: "没有找到所要的内容，可能已被移走或网址有误，请从首页重新进入。", log: "not found")

    /// Something broke on our side; the log has the same incident code.
    public static func internalError(incident: String) -> Refusal {
        Refusal(
            "messages.internal", status: 500, message: "系统处理时出现故障，您的数据没有改动。请稍后重试；如仍不行，请把事件编号 \(incident) 告诉平台管理员。",
            log: "incident \(incident)")
    }

    /// Too much at once.
    public static let busy = Refusal(
        "messages.busy", status: 503, message: "系统正忙，请几秒钟后重试。", log: "queue full", retryAfter: .seconds(2))

    /// The caller's deadline had passed before the work began; nothing was changed.
    public static let deadlinePassed = Refusal(
        "messages.deadline-passed", status: 504, message: "等待时间已过，请求没有执行，数据没有改动，请重新提交。", log: "deadline passed before the start",
        retryAfter: .seconds(1))
}

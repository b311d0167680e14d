import Messages

extension Refusal {
    /// The store of receipts failed longer than the grace.
    static let noReceipts = Refusal(
        "exchange.no-receipts", status: 503, message: "本平台暂时不能留存交换回执，已停止受理伙伴调用，请求没有执行。请稍后重试；如持续出现，请联系平台运维人员。",
        log: "receipts cannot be written and the grace is over", retryAfter: .seconds(30))

    static let receiptPending = Refusal(
        "exchange.receipt-pending", status: 404, message: "没有找到该回执：编号有误、不属于本客户端，或尚未签名入库。请核对 Receipt-Id，稍后重试。",
        log: "no such receipt of this client")

    static let noSuchKey = Refusal(
        "exchange.no-such-key", status: 404, message: "没有该编号的签名公钥。请从 keys 列表中查找。", log: "no such signing key")

    static func wait(_ given: String) -> Refusal {
        Refusal(
            "exchange.wait", status: 422, message: "等待时间 wait 应为 0 至 30 的整数秒，limit 应为 1 至 500。请改正后重试。", log: "bad wait or limit",
            faults: [.init(field: "wait", value: String(given.prefix(20)), message: "wait 为 0…30，limit 为 1…500。")])
    }

    static let cursor = Refusal(
        "exchange.cursor", status: 422, message: "游标 after 无法识别。请使用上一次应答 Next-Cursor 给出的原文；不带 after 则从头开始。", log: "cursor cannot be read",
        faults: [.init(field: "after", message: "须为上一次应答给出的游标。")])

    static let tooManyWaiting = Refusal(
        "exchange.too-many-waiting", status: 429, message: "同一客户端同时等待的请求过多（最多 4 个）。请合并为一个长轮询后重试。",
        log: "too many long polls of one client", retryAfter: .seconds(5))

    static let ended = Refusal(
        "exchange.ended", status: 403, message: "合约已停用或到期，交换已停止。请联系平台管理员。", log: "the client has no contract in force")

    static func endpoint(_ faults: [Fault]) -> Refusal {
        Refusal(
            "exchange.endpoint", status: 422, message: "回调地址未登记，请按下列各条改正后重新提交。",
            log: "endpoint refused: \(faults.map(\.field).joined(separator: " "))", faults: faults)
    }

    static let noSuchEndpoint = Refusal(
        "exchange.no-such-endpoint", status: 404, message: "没有该回调地址，或不属于本客户端。请从列表中查找编号。", log: "no such endpoint of this client")

    static func addressNotAllowed(_ host: String) -> Refusal {
        Refusal(
            "exchange.address-not-allowed", status: 422,
            message: "主机“\(host)”解析到内网、本机或保留地址，平台不向这类地址发送。请改用公网地址；确需内网回调时，请平台管理员在 exchange.allowedNetworks 中登记网段。",
            log: "host resolves to an address that is not public",
            faults: [.init(field: "/url", value: host, message: "须解析到公网地址。")])
    }
}

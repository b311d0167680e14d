import Crypto
import FoundationEssentials
import Vocabulary

/// `shuniu ca …`: the host's own certificate authority, for partners' client certificates and a first server certificate.
enum CertificateCommands {
    static let all = [found, issue, revoke, list, entries]

    static let found = CommandSpec(
        name: "ca init", summary: "建立本机根证书（data/_ca）和空的吊销列表",
        options: [
            CommandSpec.configs, CommandSpec.data, .init(name: "name", value: "名称", help: "根证书名称，缺省 Shuniu CA"),
            .init(name: "days", value: "天数", help: "有效期 30…7300 天，缺省 3650"),
        ],
        notes: [
            "建立后，在 host.json5 的 tls.clientAuthorities 写入 data/_ca/ca.pem，在 tls.revocationLists 写入 data/_ca/crl.pem，",
            "即可接受由它签发的合作方证书。私钥 data/_ca/ca.key 须离线备份并严格保密。",
        ]
    ) { call in
        let office = try office(call)
        let certificate = try office.found(call["name"] ?? "Shuniu CA", days: try call.number("days", in: 30...7300) ?? 3650)
        call.program.log(.info, "ca-founded", "a certificate authority was made", ("serial", certificate.serial))
        call.terminal.say("已建立根证书 \(office.certificateFile)，有效至 \(day(certificate.validUntil))。")
        call.terminal.say("指纹（SHA-256）：\(certificate.thumbprint.hexadecimal)")
    }

    static let issue = CommandSpec(
        name: "ca issue", summary: "签发证书：默认为合作方客户端证书，--server 为服务器证书",
        options: [
            CommandSpec.configs, CommandSpec.data, .init(name: "name", value: "名称", help: "证书名称（CN）", isRequired: true),
            .init(name: "organisation", value: "代码", help: "机构，合作方填统一社会信用代码"),
            .init(name: "host", value: "主机名", help: "域名或 IP 地址，服务器证书必填", repeats: true),
            .init(name: "server", value: nil, help: "签发服务器证书"),
            .init(name: "days", value: "天数", help: "有效期 1…825 天，缺省 397"),
            .init(name: "csr", value: "文件", help: "证书请求（PEM）；给出时私钥由对方自己保管"),
            .init(name: "out", value: "路径", help: "写入 <路径>.pem；没有 --csr 时另写 <路径>.key（0600）", isRequired: true),
        ]
    ) { call in
        let office = try office(call)
        let out = call["out"] ?? ""
        let isServer = call.has("server")
        if isServer, call.all("host").isEmpty { throw CommandProblem.usage("服务器证书须给出 --host。") }
        var request: [UInt8]?
        if let path = call["csr"] {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandProblem.refused("证书请求 \(path) 不存在或不可读。请检查路径。")
            }
            request = Array(data)
        }
        for path in ["\(out).pem"] + (request == nil ? ["\(out).key"] : []) where PrivateFile.mode(path) != nil {
            throw CommandProblem.refused("文件 \(path) 已存在，未签发。请换一个 --out，或先移走该文件。")
        }
        let subject = CertificateAuthority.Subject(call["name"] ?? "", organisation: call["organisation"], hosts: call.all("host"))
        // First: a certificate that cannot be written down would stand in the register all the same.
        if let slash = out.lastIndex(of: "/"), slash != out.startIndex { try PrivateFile.makeFolder(String(out[..<slash])) }
        let made: (certificate: Certificate, key: SigningKey?)
        do {
            made = try office.issue(
                subject, isServer ? .server : .client, days: try call.number("days", in: 1...825) ?? 397, request: request)
        } catch let error as CryptoError {
            throw CommandProblem.refused("未能签发：\(sentence(error))（\(error.log)）。")
        }
        if let key = made.key { try PrivateFile.create("\(out).key", key.pem, mode: 0o600) }
        let chain = isServer ? Array((PrivateFile.text(office.certificateFile) ?? "").utf8) : []
        try PrivateFile.create("\(out).pem", made.certificate.pem + chain, mode: 0o644)
        call.program.log(
            .info, "ca-issued", "a certificate was issued", ("serial", made.certificate.serial),
            ("purpose", isServer ? "server" : "client"), ("until", day(made.certificate.validUntil)))
        call.terminal.say("已签发 \(out).pem，序列号 \(made.certificate.serial)，有效至 \(day(made.certificate.validUntil))。")
        call.terminal.say("指纹（SHA-256）：\(made.certificate.thumbprint.hexadecimal)")
    }

    static let revoke = CommandSpec(
        name: "ca revoke", summary: "吊销一张证书并立即更新吊销列表；运行中的主机在 10 秒内生效",
        options: [
            CommandSpec.configs, CommandSpec.data, .init(name: "serial", value: "序列号", help: "见 shuniu ca list", isRequired: true),
            .init(name: "reason", value: "原因", help: CertificateOffice.reasons.map(\.name).joined(separator: "、") + "；缺省 unspecified"),
        ]
    ) { call in
        let wanted = call["reason"] ?? "unspecified"
        guard let reason = CertificateOffice.reasons.first(where: { $0.name == wanted })?.reason else {
            throw CommandProblem.usage("没有原因“\(wanted)”，可用：\(CertificateOffice.reasons.map(\.name).joined(separator: "、"))。")
        }
        let office = try office(call)
        let entry = try office.revoke(call["serial"] ?? "", reason)
        call.program.log(.info, "ca-revoked", "a certificate was revoked", ("serial", entry.serial), ("reason", wanted))
        call.terminal.say("已吊销 \(entry.name)（\(entry.serial)），吊销列表 \(office.listFile) 已更新。")
    }

    static let list = CommandSpec(
        name: "ca crl", summary: "重新签发吊销列表；须在上一份到期前进行，宜每周一次",
        options: [CommandSpec.configs, CommandSpec.data, .init(name: "days", value: "天数", help: "有效期 1…90 天，缺省 30")]
    ) { call in
        let office = try office(call)
        let list = try office.renewList(days: try call.number("days", in: 1...90) ?? 30)
        call.program.log(.info, "ca-list", "the revocation list was signed anew", ("entries", String(list.serials.count)))
        call.terminal.say("已更新 \(office.listFile)，含 \(list.serials.count) 张，有效至 \(day(list.validUntil ?? 0))。")
    }

    static let entries = CommandSpec(
        name: "ca list", summary: "列出签发过的证书、有效期和吊销情况", options: [CommandSpec.configs, CommandSpec.data]
    ) { call in
        let entries = try office(call).entries()
        let now = call.program.clock.now.milliseconds / 1000
        call.terminal.table(
            ["序列号", "名称", "机构", "用途", "有效至", "状态"],
            entries.map { entry in
                [
                    entry.serial, entry.name, entry.organisation.isEmpty ? "-" : entry.organisation, entry.purpose == "server" ? "服务器" : "客户端",
                    day(entry.until), entry.revokedAt.map { "已吊销 \(day($0))" } ?? (entry.until < now ? "已过期" : "有效"),
                ]
            })
    }

    private static func office(_ call: Invocation) throws -> CertificateOffice {
        let data = try call["data"] ?? call.configuration().dataFolder
        return CertificateOffice(folder: data + "/_ca", clock: call.program.clock)
    }

    private static func day(_ seconds: Int64) -> String { String("\(Timestamp(milliseconds: seconds * 1000))".prefix(10)) }

    private static func sentence(_ error: CryptoError) -> String {
        switch error.code {
        case "request": "证书请求无效、未由其私钥签名，或密钥过弱（至少 ECDSA P-256 或 RSA 2048 位）。请对方重新生成"
        default: "名称须为 1…64 个字，主机名须为域名或 IP 地址。请检查参数"
        }
    }
}

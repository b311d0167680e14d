import FoundationEssentials
import Gateway
import Identity
import Messages
import Store
import Vocabulary

/// `shuniu partner …`: partners' clients of a site, in the running host where there is one; listing and showing read beside it.
enum PartnerCommands {
    private static let client = CommandSpec.Option(name: "client", value: "客户端", help: "客户端标识，例如 cs-tax-01", isRequired: true)
    private static let reason = CommandSpec.Option(name: "reason", value: "理由", help: "5 至 200 字，与经办人、时间一并留存", isRequired: true)
    private static let common = [CommandSpec.configs, CommandSpec.data, CommandSpec.site]
    private static let online = ["主机运行时由主机立即办理，须用运行主机的系统账号或 root 执行；办理记录写明该系统账号。"]

    static let add = CommandSpec(
        name: "partner add", summary: "登记合作方的客户端，显示一次客户端密钥",
        options: common + [
            client, .init(name: "name", value: "名称", help: "客户端名称，例如 纳税信用查询", isRequired: true),
            .init(name: "organisation", value: "信用代码", help: "合作方的统一社会信用代码", isRequired: true),
            .init(name: "organisation-name", value: "名称", help: "合作方单位名称；单位未登记时必填"),
            .init(name: "organisation-kind", value: "类别", help: "department、enterprise、agency、operating-unit、association；缺省 department"),
            .init(name: "contract", value: "文件", help: "合约文件（JSON5），一并登记", isFile: true),
            .init(name: "secret-only", value: nil, help: "只输出密钥，供脚本使用"),
        ], notes: online + [example], place: .hostOrHere
    ) { call in
        let contract = try call.files["contract"].map { try read($0, call) }
        guard let code = CreditCode(call["organisation"] ?? "") else {
            throw CommandProblem.refused("“\(call["organisation"] ?? "")”不是有效的统一社会信用代码（GB 32100-2015），请核对。")
        }
        try await AccountCommands.withStore(call) { store in
            var organisation = try store.organisation(code)
            if let name = call["organisation-name"] {
                guard let kind = Organisation.Kind(rawValue: call["organisation-kind"] ?? "department") else {
                    throw CommandProblem.usage("单位类别“\(call["organisation-kind"] ?? "")”不存在，可用：\(Organisation.Kind.allCases.map(\.rawValue).joined(separator: "、"))。")
                }
                organisation = organisation ?? Organisation(code: code, name: name, kind: kind)
            }
            guard let organisation else { throw CommandProblem.usage("单位 \(code) 还没有登记，请用 --organisation-name 写明全称。") }
            let (client, secret) = try await store.addPartner(
                call["client"] ?? "", name: call["name"] ?? "", organisation: organisation, by: call.user.actor, address: "console")
            if let contract { _ = try await store.recordContract(contract, for: client.id, by: call.user.actor, address: "console") }
            hand(secret, client.id, call)
        }
    }

    static let list = CommandSpec(name: "partner list", summary: "列出合作方的客户端和合约；主机运行时也可使用", options: common) { call in
        guard let view = try view(call) else { return call.terminal.say("该站点还没有合作方。") }
        let rows = try view.read { reader in
            try IdentityStore.partners(in: reader).map { client in
                let contract = try IdentityStore.partner(client.id, in: reader)?.contracts.first
                return [
                    client.id, client.state.title, contract.map { "第\($0.number)版 至 \($0.contract.validUntil)" } ?? "无合约", client.name,
                    "\(client.organisation.name)（\(client.organisation.code)）",
                ]
            }
        }
        guard !rows.isEmpty else { return call.terminal.say("该站点还没有合作方。") }
        call.terminal.table(["客户端", "状态", "合约", "名称", "单位"], rows)
    }

    static let show = CommandSpec(
        name: "partner show", summary: "显示一个客户端的凭证和合约全文；主机运行时也可使用", options: common + [client]
    ) { call in
        guard let detail = try view(call)?.read({ try IdentityStore.partner(call["client"] ?? "", in: $0) }) else {
            throw CommandProblem.refused("没有合作方客户端“\(call["client"] ?? "")”。用 shuniu partner list 查看全部客户端。")
        }
        call.terminal.say(
            "\(detail.client.id)  \(detail.client.name)  \(detail.client.state.title)\n\(detail.client.organisation.name)（\(detail.client.organisation.code)）")
        call.terminal.table(
            ["凭证", "编号", "登记时间", "失效时间"],
            detail.credentials.map { [$0.kind.title, $0.name, "\($0.createdAt)", $0.until.map { "\($0)" } ?? "—"] })
        for version in detail.contracts.prefix(1) { call.terminal.say("合约第 \(version.number) 版：\n\(try version.contract.text)") }
    }

    static let contract = change(
        "contract", "登记下一版合约，立即对其生效日期起的请求起作用",
        [
            .init(name: "file", value: "文件", help: "合约文件（JSON5）", isRequired: true, isFile: true),
            .init(name: "check", value: nil, help: "只检查，不登记"),
        ], notes: [example]
    ) { call, store, id in
        guard let file = call.files["file"] else { return }
        let contract = try read(file, call)
        guard !call.has("check") else { return call.terminal.say("合约没有问题：\(contract.messages.count) 条消息，\(contract.validFrom) 至 \(contract.validUntil)。") }
        let version = try await store.recordContract(contract, for: id, by: call.user.actor, address: "console")
        call.terminal.say("已登记 \(id) 的合约第 \(version) 版。")
    }

    static let rotate = change(
        "rotate", "更换客户端密钥（显示一次，旧密钥再用 7 天），或登记公钥、证书",
        [
            .init(name: "at-once", value: nil, help: "旧密钥已泄露：立即失效"),
            .init(name: "key", value: "文件", help: "登记 P-256 公钥（PEM 或 JWK），供 private_key_jwt；旧公钥再用 7 天", isFile: true),
            .init(name: "certificate", value: "文件", help: "登记客户端证书（PEM），供双向 TLS", isFile: true),
            .init(name: "secret-only", value: nil, help: "只输出密钥，供脚本使用"),
        ]
    ) { call, store, id in
        if let file = call.files["key"] {
            let kid = try await store.registerKey(file.text, for: id, by: call.user.actor, address: "console")
            call.terminal.say("已登记 \(id) 的公钥，kid：\(kid)。")
        }
        if let file = call.files["certificate"] {
            let thumbprint = try await store.registerCertificate(file.text, for: id, by: call.user.actor, address: "console")
            call.terminal.say("已登记 \(id) 的证书，SHA-256：\(thumbprint)。")
        }
        guard call["key"] == nil, call["certificate"] == nil else { return }
        hand(try await store.rotateSecret(of: id, endsOldAtOnce: call.has("at-once"), by: call.user.actor, address: "console"), id, call)
    }

    static let suspend = change("suspend", "暂停客户端，从下一个请求起拒绝", [reason]) { call, store, id in
        try await store.suspendPartner(id, reason: call["reason"] ?? "", by: call.user.actor, address: "console")
        call.terminal.say("已暂停 \(id)。")
    }

    static let resume = change("resume", "恢复暂停的客户端", [reason]) { call, store, id in
        try await store.resumePartner(id, reason: call["reason"] ?? "", by: call.user.actor, address: "console")
        call.terminal.say("已恢复 \(id)。")
    }

    static let revoke = change("revoke", "撤销客户端，不可恢复；其密钥、公钥和证书一并移除", [reason]) { call, store, id in
        try await store.revokePartner(id, reason: call["reason"] ?? "", by: call.user.actor, address: "console")
        call.terminal.say("已撤销 \(id)。")
    }

    // MARK: - Inside

    private static let example = """
        合约文件示例：
          {
            purpose: "核验企业所在地的窗口平台", validFrom: "2026-01-01", validUntil: "2026-12-31",
            ratePerMinute: 60, dailyQuota: 10000,
            messages: [
              // fields 省略为全部字段；requestFields 限定可发送的字段；role 为调用时的角色；consent 为请求中写明企业信用代码的字段。
              { name: "registry.find-nodes.v1", direction: "call", fields: ["nodes/*/id", "nodes/*/name"] },
            ],
          }
        """

    private static func change(
        _ verb: String, _ summary: String, _ options: [CommandSpec.Option], notes: [String] = [],
        _ work: @escaping @Sendable (Invocation, IdentityStore, String) async throws -> Void
    ) -> CommandSpec {
        CommandSpec(name: "partner \(verb)", summary: summary, options: common + [client] + options, notes: online + notes, place: .hostOrHere) { call in
            try await AccountCommands.withStore(call) { store in
                let wanted = call["client"] ?? ""
                let known = store.partnerList().map(\.id)
                guard known.contains(wanted) else {
                    let hint = Nearest.name(to: wanted, among: known).map { "是否想写“\($0)”？" } ?? ""
                    throw CommandProblem.refused("站点 \(call["site"] ?? "") 没有合作方客户端“\(wanted)”。\(hint)用 shuniu partner list 查看全部客户端。")
                }
                try await work(call, store, wanted)
            }
        }
    }

    /// Reads a contract's file and checks it against the messages of the site's plug-ins; every problem at once, with its line.
    private static func read(_ file: FileText, _ call: Invocation) throws -> PartnerContract {
        let bytes = Array(file.text.utf8)
        let site = try call.site(try call.configuration())
        let blueprints =
            try call.openSite()?.face.parts.map(\.blueprint)
            ?? Site.blueprints(
                card: site.card, settings: site.plugins, installed: call.program.installed, reference: try ReferenceData.loadLocated())
        do {
            return try PartnerContract.read(
                bytes, catalogue: PartnerCatalogue(blueprints), site: site.region, today: call.program.clock.now.day)
        } catch {
            var refusal = error
            let lines = JSON5Lines(bytes)
            for index in refusal.faults.indices {
                if refusal.faults[index].field.hasPrefix("/"), let line = lines.line(of: refusal.faults[index].field) {
                    refusal.faults[index].field = "\(file.path):\(line) \(refusal.faults[index].field.dropFirst().replacing("/", with: "."))"
                }
            }
            throw refusal
        }
    }

    private static func view(_ call: Invocation) throws -> StoreView? {
        let configuration = try call.configuration()
        let path = "\(configuration.folder(of: try call.site(configuration).id))/\(IdentityStore.fileName)"
        return FileManager.default.fileExists(atPath: path) ? try StoreView(path: path) : nil
    }

    private static func hand(_ secret: String, _ client: String, _ call: Invocation) {
        call.terminal.say(
            call.has("secret-only") ? secret : "客户端标识（client_id）：\(client)\n客户端密钥（client_secret）：\(secret)\n密钥只显示这一次，请以安全方式交给合作方。")
    }
}

import Identity
import Messages
import Pages
import PluginKit
import Vocabulary

/// 单位代表核实: the window's staff looks into who says to act for an enterprise or agency of its region.
enum ClaimPages {
    static let name = "claims"
    static let access = Access.role(.windowStaff, .cityStaff, .provinceStaff)

    static func badge(_ state: MembershipClaim.State) -> StateBadge {
        let tone: Tone =
            switch state {
            case .waiting: .warning
            case .approved: .success
            case .refused: .danger
            case .withdrawn: .neutral
            }
        return StateBadge(state.title, tone)
    }

    /// What waits for the staff of a region, on the first page after sign-in.
    static func todos(_ visit: Visit) throws -> [TodoList.Item] {
        guard access.allows(visit.caller.actor), visit.caller.actor.kind == .person else { return [] }
        return try visit.site.identity.claims(for: visit.caller.actor, onlyWaiting: true).prefix(20).map { claim in
            TodoList.Item(
                "\(claim.organisation.name)：核实单位代表", href: visit.site.root + name, kind: "核实", deadline: claim.due,
                note: "自 \(Format.dateTime(claim.requestedAt)) 起")
        }
    }

    static func page(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        let identity = visit.site.identity
        let claims = try identity.claims(for: visit.caller.actor)
        let members = try identity.members(for: visit.caller.actor)
        let names = try names(of: members.compactMap(\.organisation) + claims.map(\.organisation.code), identity)
        let waiting = claims.filter { $0.state == .waiting }
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "单位代表核实",
                header: PageHeader(lead: "请按营业执照核对信用代码和名称，并通过单位公开的电话确认申请人确由单位委派，再予通过。")
            ) {
                if let refusal { Notice(refusal.message + refusal.faults.map(\.message).joined(), tone: .danger) }
                h2("待核实")
                if waiting.isEmpty { EmptyState("没有等待核实的申请", hint: "企业或机构的人员在网上注册后，申请会列在这里。") }
                for claim in waiting { panel(claim, names, members, visit) }
                DataTable(
                    "已办结", columns: [.text("单位"), .text("身份"), .text("申请人"), .text("区划"), .text("结果"), .text("办理时间"), .text("说明")],
                    rows: claims.filter { $0.state != .waiting }.map { claim in
                        [
                            .text(claim.organisation.name), .text(claim.organisation.kind.title), .text(claim.name), .text(region(claim.region, visit)),
                            DataTable.Cell { badge(claim.state) }, .moment(claim.decidedAt), .text(claim.reason),
                        ]
                    }, empty: EmptyState("还没有办结的申请"))
                DataTable(
                    "现有代表", columns: [.text("单位"), .text("姓名"), .text("登录名"), .text("身份"), .text("操作")],
                    rows: members.map { account in
                        [
                            .text(account.organisation.flatMap { names[$0] }), .text(account.name), .text(account.login.description),
                            .text(account.grants.map { Gateway.title(of: $0.role) }.joined(separator: "、")),
                            DataTable.Cell {
                                SmallForm(
                                    post: visit.site.root + name, [("do", "end"), ("account", account.id.description)], request: visit.request,
                                    submit: "终止", confirm: "终止后该账号不能再代表该单位，确定吗？")
                            },
                        ]
                    }, empty: EmptyState("辖区内还没有单位代表"))
            })
    }

    private static func panel(_ claim: MembershipClaim, _ names: [CreditCode: String], _ members: [Account], _ visit: Visit) -> HTML {
        let recorded = names[claim.organisation.code]
        let others = members.count { $0.organisation == claim.organisation.code }
        let path = visit.site.root + name
        return Panel(claim.organisation.name) {
            FactList([
                Fact("统一社会信用代码", claim.organisation.code.description), Fact("身份", claim.organisation.kind.title),
                Fact("单位所在地", region(claim.region, visit)), Fact("申请人", "\(claim.name)（\(claim.post)）"),
                Fact("登录名", claim.login.description), Fact("申请时间", at: claim.requestedAt),
                Fact("期限") { Deadline(claim.due, now: visit.request.now) },
                Fact("本站登记", recorded.map { $0 == claim.organisation.name ? "已登记，名称一致" : "已登记为“\($0)”，名称不一致，请核对" } ?? "尚未登记，通过后自动登记"),
                Fact("现有代表", others == 0 ? "无" : "\(others) 人"),
            ])
            Actions {
                SmallForm(
                    post: path, [("do", "approve"), ("claim", claim.id.description)], request: visit.request, submit: "核实无误，通过", weight: .primary)
            }
            Disclosure("不予通过") {
                Form(
                    post: path, of: visit.request, submit: "不予通过", weight: .secondary, prefix: "r\(claim.id.description.suffix(6))"
                ) { form in
                    form.hidden("do", "refuse")
                    form.hidden("claim", claim.id.description)
                    form.text("reason", "理由", hint: "2 至 200 字，申请人会看到。", required: true)
                }
            }
        }.html
    }

    static func decide(_ visit: Visit) async throws -> PageReply {
        let identity = visit.site.identity
        let fields = visit.request.fields
        let (actor, address) = (visit.caller.actor, visit.address)
        do {
            switch fields["do"] {
            case "approve", "refuse":
                guard let id = fields["claim"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
                try await identity.decideClaim(id, approve: fields["do"] == "approve", reason: fields["reason"], by: actor, address: address)
            case "end":
                guard let id = fields["account"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
                try await identity.endMembership(of: id, by: actor, address: address)
            default: throw Refusal.notFound
            }
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return try page(visit, refusal: refusal)
        }
        return .redirect(to: visit.site.root + name, notice: "已办理。")
    }

    private static func names(of codes: [CreditCode], _ identity: IdentityStore) throws -> [CreditCode: String] {
        var names: [CreditCode: String] = [:]
        for code in Set(codes) { names[code] = try identity.organisation(code)?.name }
        return names
    }

    private static func region(_ code: RegionCode, _ visit: Visit) -> String { visit.site.regions.region(code)?.name ?? code.description }
}

import Identity
import Messages
import Pages
import PluginKit
import Vocabulary

/// 注册 and 单位代表: how people of enterprises and agencies get an account, and say for whom they act.
enum MembershipPages {
    static let join = "join"
    static let name = "membership"

    /// Whoever works for the platform acts for no enterprise.
    static func isOpen(to actor: Actor) -> Bool {
        actor.kind == .person && actor.grants.allSatisfy { [.enterprise, .agency].contains($0.role) }
    }

    // MARK: - Signing up

    static func signUpPage(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        guard visit.site.identity.policy.signUp.isOpen || refusal != nil else {
            return .page(
                Page(status: 403, title: "注册账号", layout: .narrow) {
                    Notice("本站暂不开放网上注册，请到当地服务窗口或拨打服务热线办理。", tone: .warning)
                })
        }
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "注册账号",
                header: PageHeader(lead: "供企业和服务机构的人员使用。注册后由单位所在地的窗口核实，一般三日内有结果，核实通过后可以办理业务。"), layout: .narrow
            ) {
                Form(post: visit.site.root + join, of: visit.request, refusal: refusal, submit: "注册", cancel: visit.site.root + "login") { form in
                    form.group("账号") {
                        form.text(
                            "login", "登录名", hint: "3…35 位小写字母、数字、点、下划线或连字符，以字母开头；系统会在后面加 4 位数字。", example: "zhang.wei",
                            required: true, autocomplete: "username", width: .medium)
                        form.text("name", "姓名", required: true, autocomplete: "name", width: .medium)
                        form.password("password", "密码", hint: visit.site.identity.passwordHint, autocomplete: "new-password")
                        form.password("repeat", "再次输入密码", autocomplete: "new-password")
                    }
                    form.group("单位") { fields(form, visit) }
                    form.checkbox(
                        "agree", "我已阅读并同意",
                        hint: "姓名、登录名和职务只用于核实您能否代表单位以及办理业务时联系，由本平台和单位所在地的窗口使用；账号注销时删除，登录和办理记录依法保存不少于六个月。可随时向本站安全管理员申请查阅、更正、复制或删除。")
                }
            })
    }

    static func signUp(_ visit: Visit) async throws -> PageReply {
        let fields = visit.request.fields
        func secret(_ name: String) -> String { fields.all(name).first ?? "" }
        do {
            var faults: [Refusal.Fault] = []
            if secret("password") != secret("repeat") { faults.append(.init(field: "repeat", message: "与密码不一致，请重新输入。")) }
            if fields["agree"] == nil { faults.append(.init(field: "agree", message: "请阅读个人信息的用途说明并勾选同意。")) }
            guard faults.isEmpty else {
                throw Refusal(
                    "gateway.sign-up", status: 422, message: "请更正后重新提交。", log: "sign-up form refused: \(faults.map(\.field).joined(separator: ", "))",
                    faults: faults)
            }
            let login = try await visit.site.identity.signUp(
                SignUpRequest(
                    login: fields["login"] ?? "", name: fields["name"] ?? "", password: secret("password"), membership: request(visit)),
                form: formSecret(visit), address: visit.address)
            return .page(
                Page(title: "注册成功", layout: .narrow) {
                    Notice("请记下登录名，今后用它和您设置的密码登录。", tone: .success)
                    FactList([Fact("登录名") { code(login.description) }])
                    p("单位所在地的窗口核实后，您就可以代表单位办理业务；结果登录后在“单位代表”中查看。")
                    Actions { ButtonLink("去登录", href: visit.site.root + "login") }
                })
        } catch let refusal as Refusal where refusal.status < 500 || refusal.retryAfter != nil {
            return try signUpPage(visit, refusal: refusal)
        }
    }

    // MARK: - The own organisation

    static func page(_ visit: Visit, refusal: Refusal?) throws -> PageReply {
        guard let session = visit.caller.session else { throw Refusal.signInRequired }
        guard isOpen(to: visit.caller.actor) else {
            return .page(
                Page(title: "单位代表", trail: [("我的", visit.site.root + "me")], layout: .narrow) {
                    Notice("平台工作人员的账号不代表企业或机构；确有需要，请另行注册账号。")
                })
        }
        let identity = visit.site.identity
        let claims = try identity.claims(of: session.account)
        let actor = visit.caller.actor
        let organisation = try actor.organisation.flatMap { try identity.organisation($0) }
        let open = claims.first { $0.state == .waiting }
        return .page(
            Page(
                status: refusal?.status ?? 200, title: "单位代表", trail: [("我的", visit.site.root + "me")],
                header: PageHeader(lead: "一个账号只代表一个单位；同一单位可以有多人，各用各的账号。"), layout: .narrow
            ) {
                if let organisation {
                    FactList([
                        Fact("现在代表", organisation.name), Fact("统一社会信用代码", organisation.code.description),
                        Fact("身份", actor.grants.map { Gateway.title(of: $0.role) }.joined(separator: "、")),
                    ])
                }
                DataTable(
                    "我的申请", columns: [.text("单位"), .text("身份"), .text("申请时间"), .text("结果"), .text("说明")],
                    rows: claims.map { claim in
                        [
                            .text(claim.organisation.name), .text(claim.organisation.kind.title), .moment(claim.requestedAt),
                            DataTable.Cell { ClaimPages.badge(claim.state) }, .text(claim.reason),
                        ]
                    }, empty: EmptyState("还没有申请", hint: "填写下面的表单，由单位所在地的窗口核实。"))
                if let open {
                    Actions {
                        SmallForm(
                            post: visit.site.root + name, [("do", "withdraw"), ("claim", open.id.description)], request: visit.request,
                            submit: "撤回申请", weight: .secondary)
                    }
                } else {
                    Disclosure(organisation == nil ? "申请代表单位" : "申请同一单位的另一种身份", isOpen: organisation == nil || refusal != nil) {
                        Form(post: visit.site.root + name, of: visit.request, refusal: refusal, submit: "提交申请") { form in
                            form.hidden("do", "claim")
                            fields(form, visit)
                        }
                    }
                }
                if organisation != nil {
                    Actions {
                        SmallForm(
                            post: visit.site.root + name, [("do", "leave")], request: visit.request, submit: "不再代表该单位",
                            confirm: "确定不再代表该单位吗？单位的业务将不能再由您办理。", weight: .secondary)
                    }
                }
            })
    }

    static func change(_ visit: Visit) async throws -> PageReply {
        guard let session = visit.caller.session, isOpen(to: visit.caller.actor) else { throw Refusal.forbidden }
        let identity = visit.site.identity
        let path = visit.site.root + name
        let (actor, address) = (visit.caller.actor, visit.address)
        do {
            switch visit.request.fields["do"] {
            case "claim":
                try await identity.claimMembership(try request(visit), form: formSecret(visit), by: actor, address: address)
                return .redirect(to: path, notice: "申请已提交，一般三日内有结果。")
            case "withdraw":
                guard let id = visit.request.fields["claim"].flatMap({ MessageID($0) }) else { throw Refusal.notFound }
                try await identity.withdrawClaim(id, by: actor, address: address)
                return .redirect(to: path, notice: "申请已撤回。")
            case "leave":
                try await identity.endMembership(of: session.account, by: actor, address: address)
                return .redirect(to: path, notice: "您已不再代表该单位。")
            default: throw Refusal.notFound
            }
        } catch let refusal as Refusal where refusal.status < 500 && refusal.status != 404 {
            return try page(visit, refusal: refusal)
        }
    }

    // MARK: - Small parts

    private static func fields(_ form: FormScope, _ visit: Visit) -> HTML {
        let regions = choices(visit)
        return HTML {
            form.radio("kind", "身份", [Choice("enterprise", "企业"), Choice("agency", "服务机构")], required: true)
            form.text("organisation", "单位名称", hint: "按营业执照填写全称。", required: true, autocomplete: "organization")
            form.text("code", "统一社会信用代码", hint: "18 位，见营业执照。", required: true, width: .medium)
            if regions.isEmpty {
                form.text("region", "单位所在县市区的区划代码", hint: "六位数字。", required: true, width: .short)
            } else {
                form.select(
                    "region", "单位所在地", regions, value: regions.count == 1 ? regions.first?.value : nil,
                    hint: "填实际经营地，由当地窗口核实和服务；与信用代码中的登记地可以不同。", required: true)
            }
            form.text("post", "您在单位的职务", example: "行政主管", required: true, width: .medium)
        }
    }

    /// The site's division and everything below it, a city before its counties.
    private static func choices(_ visit: Visit) -> [Choice] {
        let table = visit.site.regions
        guard let region = visit.site.card.region, let own = table.region(region) else { return [] }
        let below = table.descendants(of: region, on: visit.request.now.day)
        let all = own.tier == .province ? below : [own] + below
        return all.map { one in
            let city = one.tier == .county ? one.parent.flatMap { table.region($0) } : nil
            let isNamed = city.map { $0.tier == .city && own.tier == .province } ?? false
            return Choice(one.code.description, isNamed ? "\(city?.name ?? "")\(one.name)" : one.name)
        }
    }

    private static func request(_ visit: Visit) throws -> MembershipRequest {
        let fields = visit.request.fields
        return MembershipRequest(
            code: fields["code"] ?? "", name: fields["organisation"] ?? "", kind: fields["kind"].flatMap { Organisation.Kind(rawValue: $0) },
            region: fields["region"].flatMap { RegionCode($0) }, post: fields["post"] ?? "")
    }

    /// What only this browser and this one form know: the same form posted twice is one request.
    private static func formSecret(_ visit: Visit) -> [UInt8] { Array("\(visit.request.id) \(visit.request.csrfToken)".utf8) }
}

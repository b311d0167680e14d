import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// 企业名录: enterprises of the staff's regions, with who answers for them and when somebody last spoke with them.
struct EnterpriseListPage: Sendable {
    var result: Listing<EnterpriseCard>
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let days = rulebook.settings.silentDays
        return Page(
            status: refusal?.status ?? 200, title: "企业名录",
            header: PageHeader(lead: "每家企业按所在地由当地窗口负责，并有一名服务专员；超过 \(days) 天没有联系的，列入“久未联系”。")
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            Subnav(
                [("全部", []), ("久未联系", [("silentDays", String(days))]), ("由我负责", [("own", "yes")])].map {
                    NavigationItem($0.0, QueryLink.make("\(request.base)/enterprises", $0.1))
                },
                path: QueryLink.make(
                    "\(request.base)/enterprises",
                    request.fields["own"] != nil ? [("own", "yes")] : request.fields["silentDays"].map { [("silentDays", $0)] } ?? []), title: "名录范围")
            FilterBar(request) { form in
                form.text("q", "名称开头或代码")
                form.select("size", "规模", EnterpriseSize.allCases.map { Choice($0.rawValue, $0.title) })
                form.number("silentDays", "未联系", unit: "天以上")
            }
            DataTable(
                "企业", columns: [.text("企业"), .text("代码"), .text("责任窗口"), .text("规模"), .text("服务专员"), .text("最近联系")],
                rows: result.items.map { card in
                    [
                        DataTable.Cell {
                            a(card.name, href: "\(request.base)/enterprises/\(card.code)")
                            if !card.isActive { StateBadge("已歇业") }
                        }, .text(card.code.description), .text(rulebook.window(of: card.region)), .text(card.size?.title), specialist(card, request),
                        card.contactedAt == nil ? .text("没有记录") : .date(card.contactedAt),
                    ]
                }, csv: QueryLink.make("\(request.base)/enterprises.csv", ["q", "size", "silentDays", "own"].compactMap { key in request.fields[key].map { (key, $0) } }),
                empty: EmptyState("没有符合条件的企业", hint: "由运维人员用 shuniu import enterprises 导入；导入后按所在地列在这里。"))
            Continuation(total: nil, next: result.next, of: request)
            if !result.items.isEmpty { duty(request) }
        }
    }

    private func specialist(_ card: EnterpriseCard, _ request: PageRequest) -> DataTable.Cell {
        let right = UnmaskingRight(purpose: "查看服务专员", holder: request.actor.id)
        return .text(card.isOwn ? "我" : card.specialist?.reveal(by: right) ?? "待认领")
    }

    /// Taking over what nobody has yet, county by county.
    private func duty(_ request: PageRequest) -> HTML {
        let counties = request.actor.grants.compactMap(\.region).filter { rulebook.regions.region($0)?.tier == .county }
        return HTML {
            for county in counties {
                Form(
                    post: "\(request.base)/enterprises", of: request, submit: "认领\(rulebook.title(of: county))尚无专员的企业", confirm: "认领后由您负责联系这些企业，确定吗？",
                    weight: .secondary, prefix: "r\(county)"
                ) { form in form.hidden("region", county.description) }
            }
        }
    }
}

/// One enterprise: its facts, its window and specialist, its contacts.
struct EnterprisePage: Sendable {
    var detail: EnterpriseDetail
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let card = detail.card
        let right = UnmaskingRight(purpose: "查看服务专员", holder: request.actor.id)
        let isSilent = card.contactedAt.map { $0 < request.now.advanced(by: .seconds(Int64(rulebook.settings.silentDays) * -86_400)) } ?? true
        return Page(
            status: refusal?.status ?? 200, title: card.name, trail: [("企业名录", "\(request.base)/enterprises")],
            header: PageHeader(
                caption: "统一社会信用代码 \(card.code)", state: card.isActive ? isSilent ? StateBadge("久未联系", .warning) : StateBadge("正常", .success) : StateBadge("已歇业"))
        ) {
            FactList([
                Fact("责任窗口", rulebook.window(of: card.region)),
                Fact("服务专员", card.isOwn ? "我" : card.specialist?.reveal(by: right) ?? "待认领"), Fact("最近联系", at: card.contactedAt, now: request.now),
                Fact("规模", card.size?.title), Fact("行业", card.industry.flatMap { rulebook.industries.industry(typed: $0)?.name }),
                Fact("从业人员", detail.employees.map { "\(Format.count($0)) 人" }), Fact("营业收入", detail.revenueYuan.map { "\(Format.count($0 / 10_000)) 万元" }),
                Fact("资产总额", detail.assetsYuan.map { "\(Format.count($0 / 10_000)) 万元" }), Fact("成立日期", on: detail.founded),
            ])
            if !card.isOwn {
                Form(post: "\(request.base)/enterprises", of: request, submit: "由我担任服务专员", weight: .secondary, prefix: "duty") { form in
                    form.hidden("enterprise", card.code.description)
                }
            }
            Panel("登记联系") {
                Form(post: "\(request.base)/enterprises/\(card.code)", of: request, refusal: refusal, submit: "登记") { form in
                    form.select("channel", "方式", DemandChannel.allCases.map { Choice($0.rawValue, $0.title) }, required: true)
                    form.date("on", "日期", value: request.now.day.description, required: true)
                    form.textarea("note", "联系情况", rows: 3, hint: "2–500 字：谈了什么、有什么需要。请勿写个人信息。", required: true)
                }
            }
            DataTable(
                "联系记录", columns: [.text("时间"), .text("方式"), .text("情况")],
                rows: detail.contacts.map { [.date($0.at), .text($0.channel.title), .text($0.note)] },
                empty: EmptyState("还没有联系记录", hint: "电话、走访或窗口接待后，在上面登记。"))
        }
    }
}

extension MatchingPages {
    private func query(_ request: PageRequest, limit: Int?) -> FindEnterprises {
        FindEnterprises(
            text: request.fields["q"], size: request.fields["size"].flatMap { EnterpriseSize(rawValue: $0) },
            silentDays: request.fields["silentDays"].flatMap { Int($0) }.flatMap { (1...3650).contains($0) ? $0 : nil }, isOwn: request.fields["own"] != nil,
            after: request.fields["after"].flatMap { Cursor($0) }, limit: limit)
    }

    func enterprises(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(EnterpriseListPage(result: try context.ask(query(request, limit: nil)), rulebook: rulebook).page(request))
    }

    /// The filtered list as a table, up to 20,000 rows.
    func enterprisesCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let right = UnmaskingRight(purpose: "下载企业名录", holder: request.actor.id)
        var rows = [["企业名称", "统一社会信用代码", "区划代码", "责任窗口", "行业代码", "规模", "状态", "服务专员", "最近联系"]]
        var next = query(request, limit: 500)
        while rows.count < 20_000 {
            let part = try context.ask(next)
            rows += part.items.map { card in
                [
                    card.name, card.code.description, card.region.description, rulebook.window(of: card.region), card.industry ?? "", card.size?.title ?? "",
                    card.isActive ? "正常" : "已歇业", card.specialist?.reveal(by: right) ?? "", card.contactedAt.map { $0.day.description } ?? "",
                ]
            }
            guard let after = part.next else { break }
            next.after = after
        }
        return .csv(name: "企业名录.csv", rows: rows)
    }

    func takeDuty(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let code = request.fields["enterprise"].flatMap { CreditCode($0) }
        let receipt = try await context.tell(TakeServiceDuty(enterprises: code.map { [$0] } ?? [], region: request.fields["region"].flatMap { RegionCode($0) }))
        return .redirect(
            to: code.map { "\(request.base)/enterprises/\($0)" } ?? QueryLink.make("\(request.base)/enterprises", [("own", "yes")]),
            notice: "由您担任 \(receipt.enterprises) 家企业的服务专员。")
    }

    private func code(_ request: PageRequest) throws -> CreditCode {
        guard let code = request.parameters["code"].flatMap({ CreditCode($0) }) else { throw MatchingRefusal.enterpriseUnknown }
        return code
    }

    func enterprise(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(EnterprisePage(detail: try context.ask(GetEnterprise(code: code(request))), rulebook: rulebook).page(request))
    }

    func recordContact(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let code = try code(request)
        do {
            var form = FormInput(request)
            let channel = form.choice("channel", "方式", as: DemandChannel.self)
            let day = form.day("on", "日期"), note = form.text("note", "联系情况", 2...500)
            try form.refuseIfFaulty(as: "matching.invalid-input")
            guard let channel else { throw Refusal.notFound }
            _ = try await context.tell(RecordContact(enterprise: code, channel: channel, on: day, note: note))
            return .redirect(to: "\(request.base)/enterprises/\(code)", notice: "已登记联系。")
        } catch let refusal as Refusal where refusal.status == 422 {
            return .page(EnterprisePage(detail: try context.ask(GetEnterprise(code: code)), rulebook: rulebook, refusal: refusal).page(request))
        }
    }
}

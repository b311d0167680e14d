import Messages
import Pages
import PluginKit
import SchoolContracts
import Vocabulary

/// 公益培训+服务对接.
extension SchoolPages {
    func matching(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try matchingPage(request, context, refusal: nil))
    }

    private func matchingPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let code = request.parameters["code"] ?? ""
        let pass = try context.ask(GetPass(id: request.registrationID(), code: code))
        let back = "\(request.base)/pass/\(pass.id)/\(code)"
        return Page(
            status: refusal?.status ?? 200, title: "登记服务需求", trail: [(pass.title, back)],
            header: PageHeader(caption: "报名 \(pass.id)", lead: "学完之后想解决什么问题？登记后转为本企业的服务需求，由窗口和服务机构对接；进展显示在凭证页。"),
            layout: .narrow
        ) {
            if let known = pass.matching {
                Notice("已登记「\(known.title)」\(known.demand.map { "，需求编号 \($0)" } ?? "")，现为「\(known.progress.title)」。")
            } else if pass.mayRequestMatching == true || refusal != nil {
                Form(post: "\(back)/matching", of: request, refusal: refusal, submit: "登记需求", cancel: back) { form in
                    form.text("title", "需求名称", hint: "4–60 个字", example: "为技术改造申请设备贷款", required: true)
                    form.select("category", "服务类别", academy.categories.map { Choice($0.id, $0.name) }, required: true)
                    form.textarea("description", "需求说明", rows: 5, hint: "不要写个人信息", required: true)
                    form.checkbox("consent", "我同意：把这项需求和我的姓名、手机号提供给需求对接的工作人员，仅用于对接服务")
                }
            } else {
                Notice("到课签到或学完录播课后至课程结束后 30 天内可以登记；本班须提供服务对接。", tone: .warning)
            }
            p { a("返回凭证页", href: back) }
        }
    }

    func requestMatching(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.registrationID()
            let code = request.parameters["code"] ?? ""
            var form = FormReader(request)
            let title = form.text("title", "需求名称")
            let category = form.text("category", "服务类别")
            let description = form.text("description", "需求说明")
            try form.refuseIfFaulty()
            _ = try await context.tell(
                RequestMatching(
                    registration: id, code: code, title: title, category: category, description: description,
                    consent: request.fields["consent"] == "yes"))
            return .redirect(to: "\(request.base)/pass/\(id)/\(code)", notice: "服务需求已登记，正在转交需求对接。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try matchingPage(request, context, refusal: refusal))
        }
    }

    func classReport(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try request.classID()
        let detail = try context.ask(GetClass(id: id))
        let report = try context.ask(GetClassReport(schoolClass: id))
        let figures = report.figures
        let address = "\(request.base)/classes/\(id)"
        return .page(
            Page(
                title: "培训与对接报告", trail: [("课堂管理", "\(request.base)/manage"), (detail.card.title, address)],
                header: PageHeader(
                    caption: "班次 \(id) · \(detail.card.theme.title)", state: detail.card.badge(now: request.now),
                    lead: "公益培训和服务对接合并统计。" + (report.offersMatching ? "" : "本班未提供服务对接，可在修改班次时开启。")
                ) {
                    ButtonLink("全年汇总", href: "\(request.base)/report", .secondary)
                }
            ) {
                StatTiles([
                    .init("到课", String(figures.attended), unit: "人", note: "录取 \(figures.enrolled) 人"),
                    .init("企业", String(figures.enterprises), unit: "家", note: "有人到课"),
                    .init("证书", String(figures.certificates), unit: "份", note: "有效"),
                    .init(
                        "满意度", figures.answered > 0 ? Format.share(figures.satisfied, of: figures.answered) : "暂无",
                        note: "目标 \(ClassSatisfaction.target)%"),
                    .init("服务需求", String(figures.demands), unit: "项"),
                    .init(
                        "已达成", figures.demands > 0 ? Format.share(figures.agreed, of: figures.demands) : "暂无",
                        note: "未达成 \(figures.failed) 项"),
                ])
                DataTable(
                    "培训后提出的需求",
                    columns: [.text("需求"), .text("类别"), .text("企业"), .text("登记时间"), .text("需求编号"), .text("进展")],
                    rows: report.demands.map { card in
                        [
                            .text(card.title), .text(categoryName(card.category)), .text(card.enterprise.name),
                            .moment(card.requestedAt),
                            .text(card.demand), DataTable.Cell { card.progress.badge },
                        ]
                    }, empty: EmptyState("还没有需求", hint: "参加人员在凭证页登记，经本人同意后转为服务需求。"))
            })
    }

    func themeReport(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let asked = request.fields["year"].flatMap { Int($0) }
        let report = try context.ask(
            GetThemeReport(year: asked, region: request.fields["region"].flatMap { RegionCode($0) }))
        let header = ["主题", "班次", "录取", "到课", "企业", "证书", "满意", "已评价", "服务需求", "已达成", "未达成"]
        if request.fields["format"] == "csv" {
            return .csv(
                name: "培训与对接\(report.year).csv",
                rows: [header]
                    + report.themes.map { line in
                        let one = line.figures
                        return [line.theme.title]
                            + [
                                one.classes, one.enrolled, one.attended, one.enterprises, one.certificates,
                                one.satisfied, one.answered,
                                one.demands, one.agreed, one.failed,
                            ].map(String.init)
                    })
        }
        return .page(
            Page(
                title: "培训与对接汇总", trail: [("课堂管理", "\(request.base)/manage")],
                header: PageHeader(lead: "\(report.year) 年开课的班次，按主题合并统计公益培训和服务对接。")
            ) {
                FilterBar(request) { form in
                    form.number("year", "年度", value: String(report.year))
                    form.region(
                        "region", "地区", in: academy.regions, below: request.site.region?.province, on: request.now.day)
                }
                DataTable(
                    "各主题",
                    columns: [
                        .text("主题"), .number("班次"), .number("到课", unit: "人"), .number("企业", unit: "家"),
                        .number("证书", unit: "份"),
                        .text("满意度"), .number("服务需求", unit: "项"), .text("已达成"),
                    ],
                    rows: report.themes.map { line in
                        let one = line.figures
                        return [
                            .text(line.theme.title), .number(one.classes), .number(one.attended),
                            .number(one.enterprises),
                            .number(one.certificates),
                            one.answered > 0 ? .share(one.satisfied, of: one.answered) : .missing, .number(one.demands),
                            one.demands > 0 ? .share(one.agreed, of: one.demands) : .missing,
                        ]
                    },
                    csv: QueryLink.make(
                        "\(request.base)/report",
                        [("year", String(report.year)), ("format", "csv")]
                            + (request.fields["region"].map { [("region", $0)] } ?? [])),
                    empty: EmptyState("这一年没有已发布的班次"))
            })
    }

    private func categoryName(_ id: String) -> String { academy.categories.first { $0.id == id }?.name ?? id }
}

extension MatchingProgress {
    var badge: StateBadge {
        switch self {
        case .sent, .open: StateBadge(title, .info)
        case .agreed: StateBadge(title, .success)
        case .failed: StateBadge(title, .neutral)
        }
    }
}

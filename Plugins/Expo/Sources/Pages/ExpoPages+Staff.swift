import ExpoContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// What organisers work with.
extension ExpoPages {
    func manage(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let waiting = try context.ask(FindBooths(box: .review, limit: 100)).items
        let found = try context.ask(FindExhibitions(mine: true, after: request.fields["after"].flatMap { Cursor($0) }, limit: 20))
        return .page(
            Page(
                title: "展会管理", trail: [("网上博览会", "\(request.base)/")],
                header: PageHeader(lead: "本辖区的展会，包括筹备中的；参展申请在这里审核。") { ButtonLink("登记展会", href: "\(request.base)/exhibitions/new") }
            ) {
                DataTable(
                    "待审核的展位", columns: [.text("展位"), .text("编号"), .text("参展单位"), .text("展馆"), .number("标准展位"), .number("展品", unit: "件")],
                    rows: waiting.map { card in
                        [
                            .link(card.title, "\(request.base)/booths/\(card.id)"), .text(card.id.description), .text(card.exhibitor.name), .text(card.hallTitle),
                            .number(card.size), .number(card.exhibits),
                        ]
                    }, empty: EmptyState("没有待审核的展位"))
                DataTable(
                    "展会", columns: [.text("展会"), .text("编号"), .text("类型"), .text("地区"), .text("时间"), .number("展位"), .text("状态"), .text("成效")],
                    rows: found.items.map { card in
                        [
                            .link(card.title, "\(request.base)/exhibitions/\(card.id)"), .text(card.id.description), .text(card.kind.title),
                            .text(fair.title(of: card.region)), .text(card.days), .number(card.booths), DataTable.Cell { card.badge(on: request.now.day) },
                            .link("成效", "\(request.base)/exhibitions/\(card.id)/report"),
                        ]
                    }, empty: EmptyState("还没有展会", hint: "登记展会和展馆，发布后企业即可申请参展。"))
                Continuation(total: nil, next: found.next, of: request)
            })
    }

    // MARK: - Exhibitions

    func newExhibition(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ExhibitionForm(detail: nil, region: region(of: request), regions: fair.regions, refusal: nil).page(request))
    }

    func editExhibition(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let detail = try context.ask(GetExhibition(id: request.exhibitionID()))
        guard detail.mayManage else { throw ExpoRefusal.region(fair.title(of: detail.card.region)) }
        return .page(ExhibitionForm(detail: detail, region: "", regions: fair.regions, refusal: nil).page(request))
    }

    /// Where the one who asks works: the region of the first grant, or the site's.
    private func region(of request: PageRequest) -> String {
        (request.actor.grants.first { Rights.staff.contains($0.role) }?.region ?? request.site.region)?.description ?? ""
    }

    func saveExhibition(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let old = try request.parameters["id"] == nil ? nil : context.ask(GetExhibition(id: request.exhibitionID()))
        do {
            var form = FormInput(request)
            let title = form.text("title", "展会名称", 4...60)
            let kind: ExhibitionKind? = form.choice("kind", "类型")
            let region = form.region("region", "负责地区")
            let opensOn = form.day("opensOn", "开展日期")
            let closesOn = form.optionalDay("closesOn", "闭展日期")
            let summary = form.text("summary", "展会介绍", 10...2000)
            var halls: [HallDraft] = []
            for row in 1...ExhibitionForm.rows(old) {
                guard let name = request.fields["hall\(row)"] else { continue }
                let known = old?.halls.indices.contains(row - 1) == true ? old?.halls[row - 1].number : nil
                guard let kind: HallKind = form.choice("hallKind\(row)", "第 \(row) 个展馆的类型") else { continue }
                halls.append(HallDraft(number: known, kind: kind, title: name, note: request.fields["hallNote\(row)"]))
            }
            if halls.isEmpty { form.add("hall1", "至少填写一个展馆。") }
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let kind, let region, let opensOn else { throw Refusal.notFound }
            let receipt = try await context.tell(
                SaveExhibition(
                    exhibition: old?.card.id, title: title, kind: kind, region: region, opensOn: opensOn, closesOn: closesOn, summary: summary,
                    notice: request.fields["notice"], halls: halls))
            return .redirect(
                to: "\(request.base)/exhibitions/\(receipt.exhibition)", notice: old == nil ? "展会已登记，编号 \(receipt.exhibition)。发布后企业可申请参展。" : "展会已修改。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(ExhibitionForm(detail: old, region: region(of: request), regions: fair.regions, refusal: refusal).page(request))
        }
    }

    func advanceExhibition(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let action: ExhibitionAction? = form.choice("action", "办理事项")
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let action else { throw Refusal.notFound }
            let receipt = try await context.tell(AdvanceExhibition(exhibition: request.exhibitionID(), action: action))
            return .redirect(to: "\(request.base)/exhibitions/\(receipt.exhibition)", notice: "展会现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try exhibitionPage(request, context, refusal: refusal))
        }
    }

    // MARK: - Booths

    func review(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.boothID()
            if let feature = request.fields["feature"] {
                _ = try await context.tell(FeatureBooth(booth: id, isFeatured: feature == "yes"))
                return .redirect(to: "\(request.base)/booths/\(id)", notice: feature == "yes" ? "已设为推荐。" : "已取消推荐。")
            }
            var form = FormInput(request)
            let action: BoothAction? = form.choice("action", "审核结果")
            try form.refuseIfFaulty(as: "expo.invalid-input")
            guard let action else { throw Refusal.notFound }
            let receipt = try await context.tell(ReviewBooth(booth: id, action: action, opinion: request.fields["opinion"]))
            return .redirect(to: "\(request.base)/manage", notice: "展位 \(id) 现为「\(receipt.state.title)」。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return try await again(request, context, refusal)
        }
    }

    func featureExhibits(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            let id = try request.boothID()
            let chosen = request.fields.pairs.filter { $0.name == "exhibits" }.map(\.value)
            _ = try await context.tell(FeatureExhibits(booth: id, exhibits: chosen))
            return .redirect(to: "\(request.base)/booths/\(id)", notice: chosen.isEmpty ? "已取消推荐展品。" : "已推荐 \(chosen.count) 件展品。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return try await again(request, context, refusal)
        }
    }

    func withdraw(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let reason = form.text("reason", "原因", 2...200)
            try form.refuseIfFaulty(as: "expo.invalid-input")
            let receipt = try await context.tell(WithdrawBooth(booth: request.boothID(), reason: reason))
            return .redirect(to: "\(request.base)/booths/\(receipt.booth)", notice: "已撤展。")
        } catch let refusal as Refusal where refusal.status != 404 {
            return try await again(request, context, refusal)
        }
    }

    // MARK: - Report

    func report(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(ReportPage(report: try context.ask(GetReport(exhibition: request.exhibitionID()))).page(request))
    }

    func reportTable(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let report = try context.ask(GetReport(exhibition: request.exhibitionID()))
        let rows = report.lines.map { line in
            [
                line.booth.description, line.title, line.exhibitor, "\(line.visits)", "\(line.cards)", "\(line.enquiries)", "\(line.appointments)", "\(line.agreements)",
                Format.money(line.amount), "\(line.demands)", "\(line.orders ?? 0)",
            ]
        }
        return .csv(name: "展会成效 \(report.exhibition).csv", rows: [["展位", "名称", "参展单位", "浏览", "名片", "咨询", "预约", "达成意向", "意向金额（元）", "转为需求", "代下订单"]] + rows)
    }
}

/// The form of an exhibition: a new one, or one to change.
struct ExhibitionForm {
    var detail: ExhibitionDetail?
    /// What stands in the field 负责地区 of a new one.
    var region: String
    var regions: RegionTable
    var refusal: Refusal?

    /// Rows for halls: those there are and some more.
    static func rows(_ detail: ExhibitionDetail?) -> Int { min(20, (detail?.halls.count ?? 0) + 4) }

    func page(_ request: PageRequest) -> Page {
        let back = detail.map { "\(request.base)/exhibitions/\($0.card.id)" } ?? "\(request.base)/manage"
        return Page(
            status: refusal?.status ?? 200, title: detail == nil ? "登记展会" : "修改展会", trail: [("展会管理", "\(request.base)/manage")], layout: .narrow
        ) {
            Form(
                post: detail == nil ? "\(request.base)/exhibitions/new" : "\(back)/edit", of: request, refusal: refusal, submit: detail == nil ? "登记" : "保存修改",
                cancel: back, draft: detail.map { "修改展会 \($0.card.id)" } ?? "登记展会"
            ) { form in
                form.text("title", "展会名称", value: detail?.card.title, hint: "4–60 个字", example: "2026 年浏阳智能制造网上展", required: true)
                form.radio(
                    "kind", "类型", ExhibitionKind.allCases.map { Choice($0.rawValue, $0.title) }, value: detail?.card.kind.rawValue ?? ExhibitionKind.dated.rawValue,
                    required: true)
                form.region(
                    "region", "负责地区", in: regions, below: request.site.region?.province, on: request.now.day,
                    value: detail?.card.region.description ?? region, hint: "该地区工作人员可以审核", required: true)
                form.date("opensOn", "开展日期", value: detail?.card.opensOn.description, required: true)
                form.date("closesOn", "闭展日期", value: detail?.card.closesOn?.description, hint: "定期展必填，常年展不填")
                form.textarea("summary", "展会介绍", value: detail?.summary, rows: 6, hint: "10–2000 个字", required: true)
                form.textarea("notice", "公告", value: detail?.notice, rows: 3, hint: "显示在展会页面上方")
                for row in 1...Self.rows(detail) {
                    let hall = detail.flatMap { $0.halls.indices.contains(row - 1) ? $0.halls[row - 1] : nil }
                    form.group("展馆 \(row)", hint: row > 1 && hall == nil ? "没有则不填" : nil) {
                        form.text("hall\(row)", "名称", value: hall?.title, required: row == 1, width: .medium)
                        form.select("hallKind\(row)", "类型", HallKind.allCases.map { Choice($0.rawValue, $0.title) }, value: hall?.kind.rawValue ?? (row == 1 ? HallKind.city.rawValue : nil))
                        form.text("hallNote\(row)", "说明", value: hall?.note)
                    }
                }
            }
        }
    }
}

/// What came of an exhibition: for the organiser by exhibitor, for an exhibitor the own line.
struct ReportPage {
    var report: ExpoReport

    func page(_ request: PageRequest) -> Page {
        let own = "\(request.base)/exhibitions/\(report.exhibition)"
        let amount = report.lines.reduce(Fen.zero) { $0 + $1.amount }
        func sum(_ figure: (ReportLine) -> Int) -> String { Format.count(report.lines.reduce(0) { $0 + figure($1) }) }
        return Page(
            title: "展会成效", trail: [("网上博览会", "\(request.base)/"), (report.title, own)],
            header: PageHeader(caption: report.title, lead: "由系统记录的访问、咨询、预约和跟进事件计算，浏览每分钟汇总一次；意向金额由参展单位自报。") {
                ButtonLink("导出", href: "\(own)/report.csv", .quiet)
            }
        ) {
            StatTiles([
                .init("展位", Format.count(report.lines.count), unit: "个", asOf: report.asOf), .init("展位浏览", sum(\.visits), unit: "次", asOf: report.asOf),
                .init("咨询和名片", sum { $0.enquiries + $0.cards }, unit: "条", asOf: report.asOf), .init("预约洽谈", sum(\.appointments), unit: "场", asOf: report.asOf),
                .init("达成意向", sum(\.agreements), unit: "项", note: Format.money(amount), asOf: report.asOf),
                .init("转为需求", sum(\.demands), unit: "项", asOf: report.asOf), .init("代下订单", sum { $0.orders ?? 0 }, unit: "单", asOf: report.asOf),
            ])
            DataTable(
                "各展位成效",
                columns: [
                    .text("展位"), .text("参展单位"), .number("浏览"), .number("名片"), .number("咨询"), .number("预约"), .number("达成意向"), .number("意向金额"), .number("转为需求"), .number("代下订单"),
                ],
                rows: report.lines.map { line in
                    [
                        .link(line.title, "\(request.base)/booths/\(line.booth)"), .text(line.exhibitor), .number(line.visits), .number(line.cards), .number(line.enquiries),
                        .number(line.appointments), .number(line.agreements), .money(line.amount), .number(line.demands), .number(line.orders ?? 0),
                    ]
                }, empty: EmptyState("还没有展位"))
            if let halls = report.halls {
                DataTable("展会和展馆页面的浏览", columns: [.text("页面"), .number("浏览", unit: "次")], rows: halls.map { [.text($0.title), .number($0.visits)] })
            }
            DataTable(
                "各来源带来的浏览和线索",
                columns: [.text("来源标签")] + (report.halls == nil ? [] : [.number("展会和展馆浏览")])
                    + [.number("展位浏览"), .number("线索"), .number("达成意向"), .number("意向金额")],
                rows: report.sources.map { line in
                    [.text(line.source.isEmpty ? "直接访问" : line.source)] + (report.halls == nil ? [] : [.number(line.hallVisits ?? 0)])
                        + [.number(line.visits ?? 0), .number(line.leads), .number(line.agreements), .money(line.amount)]
                }, empty: EmptyState("还没有浏览和线索", hint: "在展会或展位地址后加 ?via=标签 可以分别统计各推广渠道。"))
        }
    }
}

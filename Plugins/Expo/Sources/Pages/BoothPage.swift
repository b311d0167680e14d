import ExpoContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// A booth: what it shows, and the ways to turn to the exhibitor.
struct BoothPage {
    var detail: BoothDetail
    /// For exhibitor and staff.
    var story: [Happening]
    var refusal: Refusal?

    private var card: BoothCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        let own = "\(request.base)/booths/\(card.id)"
        return Page(
            status: refusal?.status ?? 200, title: card.title,
            trail: [
                ("网上博览会", "\(request.base)/"), (detail.exhibitionTitle, "\(request.base)/exhibitions/\(card.exhibition)"),
                (card.hallTitle, "\(request.base)/exhibitions/\(card.exhibition)/halls/\(card.hall)"),
            ],
            header: PageHeader(
                caption: "展位 \(card.id) · \(card.exhibitor.name)", state: detail.mayEdit || detail.mayReview ? card.state.badge : nil, lead: detail.summary
            ) {
                if detail.mayEdit {
                    ButtonLink("修改展位", href: "\(own)/edit")
                    ButtonLink("访客线索", href: QueryLink.make("\(request.base)/leads", [("booth", card.id.description)]), .secondary)
                }
                if detail.isOpen, !detail.mayEdit { ButtonLink("联系参展单位", href: "#turn") }
            }
        ) {
            if !detail.isOpen, detail.mayEdit || detail.mayReview { Notice("访客现在看不到这个展位，或还不能联系。以下为预览。", tone: .info) }
            if let opinion = detail.opinion, card.state != .approved { Notice(opinion, tone: .warning, title: "审核意见") }
            BoothShow(detail: detail, request: request)
            FactList([
                Fact("参展单位", card.exhibitor.name), Fact("服务电话") { if let phone = detail.telephone { a(phone, href: "tel:\(phone.filter(\.isNumber))") } },
                Fact("展馆", "\(card.hallTitle)，\(card.size) 个标准展位"),
            ])
            if detail.isOpen, !detail.mayEdit {
                turn(own, request)
                favourite(own, request)
            }
            questions(own, request)
            if detail.mayEdit { work(own, request) }
            if detail.mayReview { review(own, request) }
            if !story.isEmpty { Timeline(story.map { Timeline.Entry(at: $0.time, actor: $0.actor, title: $0.title) }) }
        }
    }

    // MARK: - Visitors

    private func turn(_ own: String, _ request: PageRequest) -> HTML {
        section(.id("turn")) {
            h2("联系参展单位")
            for kind in LeadKind.allCases where kind != .appointment || !detail.slots.isEmpty {
                let isTried = request.fields["kind"] == kind.rawValue
                Disclosure(kind.title, isOpen: isTried || kind == .enquiry) {
                    Form(
                        post: "\(own)/turn", of: isTried ? request : request.withoutFields, refusal: isTried ? refusal : nil, submit: kind.title, prefix: kind.rawValue
                    ) { form in
                        form.hidden("kind", kind.rawValue)
                        if let tag = BoothCards.tag(request) { form.hidden("via", tag) }
                        if kind == .enquiry { form.textarea("text", "想了解什么", rows: 3, hint: "2–500 个字", required: true) }
                        if kind == .appointment {
                            form.select(
                                "slot", "洽谈场次", detail.slots.map { Choice(String($0.number), "\(Format.appointment($0.startsAt))，\($0.minutes) 分钟") }, required: true)
                        }
                        form.text("name", "姓名", required: true, autocomplete: "name", width: .medium)
                        form.phone("phone", "电话", required: true)
                        form.text("organisation", "单位", value: request.actor.organisationName, autocomplete: "organization")
                        form.checkbox("consent", "同意将姓名和电话提供给\(card.exhibitor.name)，仅用于就此事与我联系", hint: "参展单位查看时会留下记录；可随时要求删除")
                    }
                }
            }
        }
    }

    private func favourite(_ own: String, _ request: PageRequest) -> HTML {
        HTML {
            if request.actor.kind == .person {
                Form(post: "\(own)/favourite", of: request.withoutFields, submit: detail.isFavourite ? "取消收藏" : "收藏展位", weight: .secondary, prefix: "favourite") {
                    $0.hidden("on", detail.isFavourite ? "no" : "yes")
                }
            }
        }
    }

    private func questions(_ own: String, _ request: PageRequest) -> HTML {
        section(.id("questions")) {
            h2("问答")
            p { ButtonLink("现场问答（自动更新）", href: "\(own)/questions", .quiet) }
            if detail.questions.isEmpty { p("还没有公开的问答。", .class("muted")) }
            for question in detail.questions {
                div(.class("panel")) {
                    p { strong("问：\(question.text)") }
                    if let answer = question.answer { p("答：\(answer)") }
                    if detail.mayEdit {
                        let key = "answer\(question.number)"
                        let isTried = request.fields["question"] == String(question.number)
                        Form(
                            post: "\(own)/answer", of: isTried ? request : request.withoutFields, refusal: isTried ? refusal : nil,
                            submit: question.answer == nil ? "回答并公开" : "修改回答", weight: .secondary, prefix: key
                        ) { form in
                            form.hidden("question", String(question.number))
                            form.textarea("answer", "回答", value: question.answer, rows: 2, required: true)
                        }
                    }
                }
            }
            if detail.isOpen, request.actor.kind == .person, !detail.mayEdit {
                Disclosure("提问", isOpen: request.fields["form"] == "ask") {
                    Form(
                        post: "\(own)/ask", of: request.typed(in: "ask"), refusal: request.fields["form"] == "ask" ? refusal : nil, submit: "提交问题", weight: .secondary,
                        prefix: "ask"
                    ) { form in
                        form.hidden("form", "ask")
                        form.textarea("text", "问题", rows: 2, hint: "回答后公开，不显示提问人", required: true)
                    }
                }
            }
        }
    }

    // MARK: - Exhibitor and staff

    private func work(_ own: String, _ request: PageRequest) -> HTML {
        section {
            h2("洽谈场次")
            DataTable(
                "洽谈场次", columns: [.text("时间"), .number("时长", unit: "分钟"), .text("状态")],
                rows: detail.slots.map { [.appointment($0.startsAt), .number($0.minutes), $0.isTaken ? .state("已预约", .success) : .state("可预约", .info)] },
                empty: EmptyState("还没有安排洽谈场次", hint: "安排后，访客可在展位页面预约。"))
            if detail.isOpen {
                let isTried = request.fields["form"] == "slots"
                Disclosure("安排场次", isOpen: isTried) {
                    Form(post: "\(own)/slots", of: request.typed(in: "slots"), refusal: isTried ? refusal : nil, submit: "安排", prefix: "slots") { form in
                        form.hidden("form", "slots")
                        form.date("day", "日期", required: true)
                        form.text("from", "首场开始时间", example: "09:00", required: true, width: .short)
                        form.number("minutes", "每场", value: "30", unit: "分钟", required: true)
                        form.number("count", "场数", value: "4", unit: "场", required: true)
                    }
                }
            }
            Disclosure("撤展", isOpen: request.fields["form"] == "withdraw") { withdrawal(own, request) }
        }
    }

    private func withdrawal(_ own: String, _ request: PageRequest) -> Form {
        Form(
            post: "\(own)/withdraw", of: request.typed(in: "withdraw"), refusal: request.fields["form"] == "withdraw" ? refusal : nil, submit: "撤展",
            confirm: "确认撤展？展位将不再公开，不能撤销。", weight: .danger, prefix: "withdraw"
        ) { form in
            form.hidden("form", "withdraw")
            form.textarea("reason", "原因", rows: 2, required: true)
        }
    }

    private func review(_ own: String, _ request: PageRequest) -> HTML {
        HTML {
            let actions = BoothAction.allCases.filter { Life.step(card.state, $0) != nil }
            if !actions.isEmpty {
                section {
                    h2("参展审核")
                    Form(post: "\(own)/review", of: request.typed(in: "review"), refusal: request.fields["form"] == "review" ? refusal : nil, submit: "提交审核意见", prefix: "review") { form in
                        form.hidden("form", "review")
                        form.radio("action", "审核结果", actions.map { Choice($0.rawValue, $0.title) }, required: true)
                        form.textarea("opinion", "意见", rows: 3, hint: "退回或不予通过须写明原因")
                    }
                }
            }
            if card.state == .approved {
                section {
                    h2("展位管理")
                    Form(post: "\(own)/review", of: request.withoutFields, submit: card.isFeatured ? "取消推荐" : "设为推荐", weight: .secondary, prefix: "feature") {
                        $0.hidden("feature", card.isFeatured ? "no" : "yes")
                    }
                    if !detail.exhibits.isEmpty {
                        let isTried = request.fields["form"] == "exhibits"
                        let featured = detail.featured ?? []
                        Disclosure(featured.isEmpty ? "推荐展品" : "推荐展品（现有 \(featured.count) 件）", isOpen: isTried) {
                            Form(
                                post: "\(own)/exhibits", of: request.typed(in: "exhibits"), refusal: isTried ? refusal : nil, submit: "保存推荐展品", weight: .secondary,
                                prefix: "exhibits"
                            ) { form in
                                form.hidden("form", "exhibits")
                                form.checkboxes(
                                    "exhibits", "排在博览会和展会首页的展品", detail.exhibits.map { Choice($0.title, $0.title) }, values: featured,
                                    hint: "最多 6 件；不勾选即取消推荐。参展单位改名的展品须重新推荐")
                            }
                        }
                    }
                    if !detail.mayEdit { Disclosure("撤展", isOpen: request.fields["form"] == "withdraw") { withdrawal(own, request) } }
                }
            }
        }
    }
}

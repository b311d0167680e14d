import AppealsContracts
import Messages
import Pages
import Vocabulary

/// The list of the desk and of the departments; the desk can merge what it ticks.
struct CaseDeskPage {
    var cases: Listing<CaseCard>
    var common: [CaseCard]
    var categories: [Choice]
    var isDesk: Bool
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "诉求办理", trail: [("意见建议专栏", "\(request.base)/")],
            header: PageHeader(lead: isDesk ? "受理后转有关部门；相似的归并为共性问题，答复后每位提交人都会收到一次。" : "转到您部门的诉求。非本部门职责的，指明去向并转交。")
        ) {
            FilterBar(request) { form in
                form.text("q", "标题、内容或编号")
                form.select("state", "状态", CaseState.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("category", "类别", categories)
                form.checkbox("common", "只看共性问题")
            }
            if isDesk {
                Form(post: "\(request.base)/merge", of: request, refusal: refusal, submit: "归并所选", weight: .secondary) { form in
                    table(request, ticks: true)
                    Disclosure("归并为共性问题", isOpen: refusal != nil) {
                        form.select("into", "并入已有的共性问题", common.filter { $0.state != .closed }.map { Choice($0.number.description, $0.title) }, hint: "新建的不选，填写下面两项")
                        form.text("title", "共性问题标题")
                        form.textarea("summary", "共性问题概述", rows: 3)
                    }
                }
            } else {
                table(request, ticks: false)
            }
            Continuation(total: nil, next: cases.next, of: request)
        }
    }

    private func table(_ request: PageRequest, ticks: Bool) -> DataTable {
        DataTable(
            "诉求", columns: [.text("事项"), .text("状态"), .text("署名"), .text("区划"), .text("期限")],
            rows: cases.items.map { card in
                let mayTick = ticks && CaseMachine.mayMerge(card.state, isCommon: card.supporters != nil)
                return [
                    // One element a cell: on narrow screens a cell is a row of two columns.
                    DataTable.Cell {
                        div {
                            if mayTick {
                                div(.class("choice")) {
                                    input(
                                        .type("checkbox"), .id("tick-\(card.number)"), .name("cases"), .value(card.number.description),
                                        .ariaLabel("归并 \(card.title)"))
                                    Pages.label(.for("tick-\(card.number)")) { "归并" }
                                }
                            }
                            a(card.title, href: "\(request.base)/cases/\(card.number)")
                            p("\(card.number)　\(rulebook.categoryTitle(card.category))", .class("muted"))
                        }
                    },
                    DataTable.Cell {
                        div {
                            StateBadge(card.state.title, card.state.tone)
                            if let count = card.supporters { StateBadge("共性问题 \(count) 件", .warning) }
                        }
                    }, .text(card.supporters == nil ? card.signing.title : "—"), .text(rulebook.title(of: card.region)),
                    DataTable.Cell {
                        div {
                            if let due = card.due {
                                // The table stands inside a form: narrower than a badge with two units.
                                if card.isOverdue { StateBadge("逾期", .danger) }
                                Moment(due, showsTime: false)
                                if card.dueIsProvisional { "（暂定）" }
                            } else {
                                "—"
                            }
                        }
                    },
                ]
            }, empty: EmptyState("没有符合条件的诉求", hint: "可以放宽筛选条件后再试。"))
    }
}

/// One case with its parts, its record, and what can be done.
struct CasePage {
    var detail: CaseDetail
    var departments: [DepartmentList.Proposal]
    var rulebook: Rulebook
    var refusal: Refusal?

    private var card: CaseCard { detail.card }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: card.title, trail: [("意见建议专栏", "\(request.base)/"), ("诉求办理", "\(request.base)/desk")],
            header: PageHeader(
                caption: "\(card.supporters == nil ? "诉求" : "共性问题") \(card.number)", state: StateBadge(card.state.title, card.state.tone))
        ) {
            facts(request)
            parts(request)
            if detail.isDesk { desk(request) }
            notices
            if !detail.members.isEmpty { members(request) }
            Timeline(
                detail.steps.map {
                    Timeline.Entry(at: $0.at, actor: $0.actorName, title: $0.title + ($0.department.map { "（\($0)）" } ?? ""), note: $0.text)
                }, now: request.now)
        }
    }

    private func facts(_ request: PageRequest) -> HTML {
        let right = UnmaskingRight(purpose: "办理诉求、答复提交人", holder: request.actor.id)
        return section {
            FactList([
                Fact("性质", card.kind.title), Fact("类别", rulebook.categoryTitle(card.category)), Fact("区划", rulebook.title(of: card.region)),
                Fact("提交日期", on: card.submittedOn), Fact("署名", card.supporters == nil ? card.signing.title : "归并"),
                Fact("提交人", detail.name.map { $0.reveal(by: right) ?? $0.masked } ?? (card.signing == .signed ? nil : "不公开")),
                Fact("电话", detail.phone.map { $0.reveal(by: right)?.digits ?? $0.masked }), Fact("企业", detail.enterprise),
                Fact("希望答复部门", detail.wanted?.description),
                Fact("并入") { if let into = card.mergedInto { a(into.description, href: "\(request.base)/cases/\(into)") } },
                Fact("评价", detail.satisfied.map { $0 ? "满意" : "不满意" }),
            ])
            Panel("内容") { p(detail.content) }
            if let files = detail.attachments, !files.isEmpty {
                h3("附件")
                ul {
                    for file in files {
                        li {
                            a(file.name, href: "/api/\(request.site.id)/files/\(file.digest)")
                            span("（\(Format.size(bytes: file.length))）", .class("muted"))
                        }
                    }
                }
            }
        }
    }

    private func own(_ request: PageRequest, _ key: String) -> (PageRequest, Refusal?) {
        if request.fields["_form"] == key { return (request, refusal) }
        var own = request
        own.fields = FormFields(request.fields.pairs.filter { $0.name == "_page" })
        return (own, nil)
    }

    private func parts(_ request: PageRequest) -> HTML {
        section {
            h2("承办部门")
            if detail.parts.isEmpty { p("尚未转办。", .class("muted")) }
            for part in detail.parts {
                Panel(part.name) {
                    p {
                        StateBadge(part.state.title, part.state == .answered ? .success : part.state == .handedOn ? .neutral : .info)
                        if let due = part.due {
                            " "
                            Deadline(due, now: request.now)
                            if part.dueIsProvisional { small("（暂定）", .class("muted")) }
                        }
                    }
                    if let number = part.foreignNumber { p("部门编号 \(number)", .class("muted")) }
                    if let answer = part.answer { p(answer) }
                    if detail.actsFor.contains(part.department), card.state == .processing {
                        for action in PartAction.allCases where CaseMachine.next(part.state, action) != nil { form(action, part, request) }
                    }
                }
            }
        }
    }

    private func form(_ action: PartAction, _ part: CasePart, _ request: PageRequest) -> HTML {
        let key = "\(part.department)-\(action.rawValue)"
        let (own, refusal) = own(request, key)
        return Disclosure(action.title, isOpen: refusal != nil) {
            Form(post: "\(request.base)/cases/\(card.number)/part", of: own, refusal: refusal, submit: action.title, prefix: key) { form in
                form.hidden("_form", key)
                form.hidden("action", action.rawValue)
                form.hidden("department", part.department.description)
                if action == .handOn {
                    form.select(
                        "to", "应由哪个部门办理",
                        departments.filter { $0.id != part.department }.map { Choice($0.id.description, $0.name + ($0.reason.map { "（\($0)）" } ?? "")) },
                        required: true)
                }
                if action != .receive {
                    form.textarea("text", action == .answer ? "答复内容（将告知提交人）" : action == .interim ? "告知内容（将告知提交人）" : "理由", rows: 4, required: true)
                }
            }
        }.html
    }

    private func desk(_ request: PageRequest) -> HTML {
        section {
            h2("平台办理")
            for action in CaseAction.allCases where action == .unmerge ? card.state == .merged : CaseMachine.next(card.state, action) != nil {
                let (own, refusal) = own(request, action.rawValue)
                Disclosure(card.state == .processing && action == .accept ? "增加承办部门" : action.title, isOpen: refusal != nil) {
                    Form(
                        post: "\(request.base)/cases/\(card.number)/advance", of: own, refusal: refusal, submit: action.title,
                        weight: action == .refuse ? .danger : .primary, prefix: action.rawValue
                    ) { form in
                        form.hidden("_form", action.rawValue)
                        form.hidden("action", action.rawValue)
                        if action == .accept {
                            form.checkboxes(
                                "departments", "承办部门", departments.map { Choice($0.id.description, $0.name, hint: $0.reason.map { "推荐：\($0)" }) },
                                values: (detail.wanted.map { [$0.description] } ?? []) + (departments.first { $0.reason != nil }.map { [$0.id.description] } ?? []),
                                hint: "涉及多个部门的一并选择：每个部门一份，全部答复后办结", required: true)
                        }
                        form.textarea("text", action == .refuse ? "理由（将告知提交人）" : "说明", rows: 3, required: action == .refuse)
                    }
                }
            }
            if card.state == .answered || card.state == .closed {
                let (own, refusal) = own(request, "publish")
                Disclosure(detail.publishedTitle == nil ? "公开答复" : "修改公开内容", isOpen: refusal != nil) {
                    Form(post: "\(request.base)/cases/\(card.number)/publish", of: own, refusal: refusal, submit: "公开", prefix: "publish") { form in
                        form.hidden("_form", "publish")
                        form.text("title", "公开标题", value: detail.publishedTitle, hint: "不写企业、姓名、电话", required: true)
                        form.textarea("text", "公开内容", value: detail.publishedText, rows: 5, required: true)
                    }
                }
                if detail.publishedTitle != nil {
                    Form(post: "\(request.base)/cases/\(card.number)/publish", of: own, submit: "撤下公开", weight: .secondary, prefix: "off") { form in
                        form.hidden("off", "yes")
                    }
                }
            }
        }
    }

    private var notices: HTML {
        HTML {
            for notice in detail.notices {
                Panel("已告知：\(notice.title)") {
                    for line in notice.text.split(separator: "\n") { p(String(line)) }
                    p(Format.date(notice.on), .class("muted"))
                }
            }
        }
    }

    private func members(_ request: PageRequest) -> HTML {
        DataTable(
            "并入的诉求", columns: [.text("事项"), .text("署名"), .text("提交日期")],
            rows: detail.members.map { [.link($0.title, "\(request.base)/cases/\($0.number)"), .text($0.signing.title), .day($0.submittedOn)] }
        ).html
    }
}

import AppealsContracts
import Messages
import Pages
import PluginKit
import Vocabulary

extension CaseState {
    var tone: Tone {
        switch self {
        case .submitted, .processing: .info
        case .answered, .closed: .success
        case .merged, .refused: .neutral
        }
    }
}

/// The front of the column.
struct ColumnFrontPage: Sendable {
    var published: [PublishedCase]
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "意见建议专栏", header: PageHeader(lead: "向政府部门、机构和行业组织反映诉求、提出建议。件件登记、限期答复、结果可评价。")) {
            EntranceGrid([
                .init("实名提交", "可要求对部门保密，答复直接告知您", href: "\(request.base)/submit", icon: .appeal),
                .init("匿名投递", "不留身份、地址和时间，次日开箱", href: "\(request.base)/anonymous", icon: .shield),
                .init("查询与评价", "凭编号和查询码，不用登录", href: "\(request.base)/lookup", icon: .search),
                .init("已公开的答复", "看看大家关心什么", href: "\(request.base)/board", icon: .document),
                .init("专栏统计", "受理、答复、满意，分子分母都公开", href: "\(request.base)/statistics", icon: .chart),
            ])
            if !published.isEmpty {
                section {
                    h2("最近公开的答复")
                    for one in published { PublishedBlock(one: one, rulebook: rulebook) }
                }
            }
        }
    }
}

/// One answered matter of the board.
struct PublishedBlock: Component {
    let one: PublishedCase
    let rulebook: Rulebook

    var html: HTML {
        Disclosure(one.title) {
            p(one.text)
            Panel("答复") { for line in one.answer.split(separator: "\n") { p(String(line)) } }
            p(
                "\(rulebook.title(of: one.region))，\(rulebook.categoryTitle(one.category))，\(one.supporters) 件反映，\(Format.date(one.publishedOn))公开",
                .class("muted"))
        }.html
    }
}

struct BoardPage {
    var found: Listing<PublishedCase>
    var categories: [Choice]
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "已公开的答复", trail: [("意见建议专栏", "\(request.base)/")], header: PageHeader(lead: "经整理、不含个人和企业信息的共性问题与答复。")
        ) {
            FilterBar(request) { form in form.select("category", "类别", categories) }
            if found.items.isEmpty { EmptyState("还没有公开的答复", hint: "部门答复后，由平台整理公开。") }
            for one in found.items { PublishedBlock(one: one, rulebook: rulebook) }
            Continuation(total: nil, next: found.next, of: request)
        }
    }
}

/// The form, under a name or anonymous.
struct SubmitPage {
    var isAnonymous: Bool
    var categories: [Choice]
    var regions: [Choice]
    var departments: [DepartmentList.Proposal]
    var refusal: Refusal?

    static func draw() -> Int { Int.random(in: 10_000_000...99_999_999) }

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: isAnonymous ? "匿名投递" : "提交诉求或建议", trail: [("意见建议专栏", "\(request.base)/")],
            header: PageHeader(
                lead: isAnonymous
                    ? "平台不记录您的账号、地址和投递时刻，只留日期；当天的投递次日一并开箱登记。请不要在内容中写能认出您的信息。"
                    : "受理后转有关部门限期答复。选择“对部门保密”的，只有受理窗口知道您是谁。"), layout: .narrow
        ) {
            Form(
                post: "\(request.base)/\(isAnonymous ? "anonymous" : "submit")", of: request, refusal: refusal, submit: isAnonymous ? "投递" : "提交",
                cancel: "\(request.base)/"
            ) { form in
                form.hidden("_secret", "lookupCode")
                form.hidden("lookupCode", LookupCode.random().description)
                if isAnonymous {
                    // Never in a draft, whatever happens to the form.
                    for field in ["title", "content", "drawn"] { form.hidden("_secret", field) }
                    form.hidden("drawn", String(Self.draw()))
                }
                form.group("事项") {
                    form.radio("kind", "性质", CaseKind.allCases.map { Choice($0.rawValue, $0.title) }, value: CaseKind.suggestion.rawValue, required: true)
                    form.text("title", "标题", hint: "4–60 个字", required: true)
                    form.textarea("content", "内容", rows: 8, required: true)
                    form.select("category", "类别", categories, required: true)
                    form.select("region", "所在区划", regions, required: true)
                    form.select("department", "希望由哪个部门答复", departments.map { Choice($0.id.description, $0.name) }, hint: "不确定的不选，由平台按类别和区划转办")
                }
                if !isAnonymous {
                    form.group("提交人") {
                        form.radio(
                            "signing", "署名方式", [Signing.signed, .confidential].map { Choice($0.rawValue, $0.title) }, value: Signing.signed.rawValue,
                            required: true)
                        form.text("name", "姓名", required: true, autocomplete: "name", width: .medium)
                        form.phone("phone", "联系电话", required: true)
                        form.text("enterprise", "企业名称")
                        form.file("attachments", "附件", hint: "最多 5 个。\(FormInput.fileHint)", multiple: true)
                    }
                }
            }
        }
    }
}

/// Number and secret code, shown this once.
struct SubmittedPage {
    var number: CaseNumber
    var code: LookupCode
    var isAnonymous: Bool

    func page(_ request: PageRequest) -> Page {
        Page(
            title: isAnonymous ? "已投递" : "已提交", trail: [("意见建议专栏", "\(request.base)/")],
            header: PageHeader(lead: "请记下编号和查询码。查询码只显示这一次，平台不留存原文。"), layout: .narrow
        ) {
            FactList([Fact("编号") { strong(number.description) }, Fact("查询码") { strong(code.description) }])
            p(isAnonymous ? "次日起可凭两者查询进展和答复。" : "可随时凭两者查询进展、答复并评价，不用登录。")
            p { ButtonLink("返回专栏", href: "\(request.base)/", .secondary) }
        }
    }
}

/// Looking a case up with number and secret code, and rating the answer.
struct CaseLookUpPage {
    var found: PublicCase?
    var code: String?
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "诉求查询与评价", trail: [("意见建议专栏", "\(request.base)/")], layout: .narrow
        ) {
            if let found {
                result(found, request)
            } else {
                Form(post: "\(request.base)/lookup", of: request, refusal: refusal, submit: "查询") { form in
                    form.text("number", "编号", example: "AP20260302-430181-0001", required: true)
                    form.text("code", "查询码", hint: "12 位，不分大小写", example: "K7QP-3M9X-W2RT", required: true, autocomplete: "off", width: .medium)
                }
            }
        }
    }

    private func result(_ found: PublicCase, _ request: PageRequest) -> HTML {
        HTML {
            section {
                h2(found.title)
                FactList([
                    Fact("编号", found.number.description), Fact("状态") { StateBadge(found.state.title, found.state.tone) },
                    Fact("提交日期", on: found.submittedOn),
                    Fact("去向") {
                        if let into = found.mergedInto { "已并入共性问题“\(found.mergedTitle ?? "")”（\(into)），共 \(found.supporters ?? 0) 件，一并办理并分别告知" }
                    },
                ])
                DataTable(
                    "承办部门", columns: [.text("部门"), .text("状态"), .text("期限")],
                    rows: found.parts.map { part in
                        [
                            .text(part.name), .text(part.state.title),
                            DataTable.Cell {
                                if let due = part.due { Moment(due, showsTime: false) } else { "—" }
                                if part.dueIsProvisional { small("（暂定）", .class("muted")) }
                            },
                        ]
                    }, empty: EmptyState("尚未转办", hint: "受理后转有关部门。"))
                for notice in found.notices {
                    Panel(notice.title) {
                        for line in notice.text.split(separator: "\n") { p(String(line)) }
                        p(Format.date(notice.on), .class("muted"))
                    }
                }
            }
            if found.mayRate {
                section {
                    h2("评价答复")
                    Form(post: "\(request.base)/lookup/rate", of: request, refusal: refusal, submit: "提交评价", prefix: "rate") { form in
                        form.hidden("number", found.number.description)
                        form.hidden("code", code ?? "")
                        form.radio("satisfied", "是否满意", [Choice("yes", "满意"), Choice("no", "不满意，退回部门重新办理")], required: true)
                        form.textarea("text", "说明", rows: 3, hint: "不满意的请说明还有什么没有解决")
                    }
                }
            }
            p { ButtonLink("查询其他", href: "\(request.base)/lookup", .secondary) }
        }
    }
}

import HotlineContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Orders in rows, as several pages show them.
struct OrderTable: Component {
    let title: String
    let orders: [OrderCard]
    let request: PageRequest
    let rulebook: Rulebook
    var csv: String?
    var empty = EmptyState("没有符合条件的工单", hint: "可以放宽筛选条件后再试。")

    var html: HTML {
        DataTable(
            title, columns: [.text("事项"), .text("状态"), .text("区划"), .text("主办单位"), .text("期限")],
            rows: orders.map { card in
                [
                    // One element a cell: on narrow screens a cell is a row of two columns.
                    DataTable.Cell {
                        div {
                            a(card.title, href: request.path(card.number))
                            p("\(card.number.description)　\(rulebook.categoryTitle(card.category))", .class("muted"))
                        }
                    },
                    DataTable.Cell {
                        div {
                            card.state.badge
                            Marks(card: card)
                        }
                    }, .text(rulebook.title(of: card.region)), .text(card.ownerName),
                    DataTable.Cell { div { DueLine(card: card, now: request.now) } },
                ]
            }, csv: csv, empty: empty
        ).html
    }
}

/// The marks of an order beside its state.
struct Marks: Component {
    let card: OrderCard

    var html: HTML {
        HTML {
            if card.urgency != .normal { StateBadge(card.urgency.title, .warning) }
            if card.isConfidential { StateBadge("保密", .danger) }
            if card.isUrged { StateBadge("催办", .warning) }
            if card.isSupervised { StateBadge("督办", .danger) }
            if card.isSuspended { StateBadge("挂起", .neutral) }
            if card.redo > 0 { StateBadge("重办\(card.redo)", .warning) }
        }
    }
}

/// When the order's leading clock is due, provisional or not.
struct DueLine: Component {
    let card: OrderCard
    let now: Timestamp

    var html: HTML {
        HTML {
            if card.state.isFinal {
                span("—", .class("muted"))
            } else if let due = card.due {
                Deadline(due, now: now)
                p(.class("muted")) {
                    Moment(due)
                    if card.dueIsProvisional { "（暂定）" }
                }
            } else {
                span("暂停计时", .class("muted"))
            }
        }
    }
}

/// The queue of the desk and of those who handle.
struct DeskPage {
    var orders: Listing<OrderCard>
    var categories: [Choice]
    var mayRegister: Bool
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "工单台", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "在办工单按期限先后排列，逾期在前。您的人员编号：\(request.actor.id)（准许知悉保密工单时使用）。") {
                if mayRegister {
                    ButtonLink("登记工单", href: "\(request.base)/orders/new")
                    ButtonLink("承办单位", href: "\(request.base)/units", .secondary)
                }
            }
        ) {
            FilterBar(request) { form in
                form.text("q", "标题、内容或编号")
                form.select("state", "状态", OrderState.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("category", "类别", categories)
                form.checkbox("overdue", "只看逾期")
                form.checkbox("closed", "已结束的")
            }
            OrderTable(title: "工单", orders: orders.items, request: request, rulebook: rulebook, csv: csv(request))
            Continuation(total: orders.total, next: orders.next, of: request)
        }
    }

    private func csv(_ request: PageRequest) -> String {
        QueryLink.make("\(request.base)/desk.csv", ["q", "state", "category", "overdue", "closed"].compactMap { key in request.fields[key].map { (key, $0) } })
    }
}

/// The form of a new order, with the knowledge base beside it.
struct OrderFormPage {
    var categories: [Choice]
    var regions: [Choice]
    var suggested = Suggested()
    var refusal: Refusal?
    /// What was registered before and may be the same matter.
    var similar: [SimilarOrder] = []
    /// What can be opened for the caller in the same step.
    var followOns: [FollowOnKind] = []
    var serviceCategories: [Choice] = []

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "登记工单", trail: [("96871热线", "\(request.base)/"), ("工单台", "\(request.base)/desk")],
            header: PageHeader(lead: "随填写推荐知识条目，能当场答复的当场答复；登记后生成编号和查询码。")
        ) {
            if regions.isEmpty {
                EmptyState("您的账号没有可登记的辖区", hint: "请联系安全管理员为账号授予窗口人员或主管人员角色及辖区。")
            } else {
                if !similar.isEmpty { repeated(request) }
                Columns {
                    form(request)
                } side: {
                    side(request)
                }
            }
        }
    }

    private func repeated(_ request: PageRequest) -> HTML {
        Notice(title: "可能是重复登记", tone: .warning) {
            p("有 \(similar.count) 件工单与此相似，尚未登记。同一事项请在原工单补记；确为另一事项的，勾选“是另一事项”后再登记。")
            ul {
                for one in similar {
                    li {
                        a(one.card.title, href: request.path(one.card.number))
                        " \(one.card.number)，\(one.card.state.title)（\(one.reason)）"
                    }
                }
            }
        }.html
    }

    private func form(_ request: PageRequest) -> Form {
        Form(
            post: "\(request.base)/orders", of: request, refusal: refusal, submit: "登记", cancel: "\(request.base)/desk",
            draft: "工单登记", aside: ("look", followOns.contains(.service) ? "查知识和服务" : "查知识")
        ) { form in
            if !similar.isEmpty { form.checkbox("isDistinct", "是另一事项，仍要登记") }
            form.group("来电人") {
                form.text("name", "姓名或称呼", width: .medium)
                form.phone("phone", "联系电话")
                form.text("enterprise", "企业名称")
                form.text("creditCode", "统一社会信用代码", width: .medium)
                form.hidden("call", request.fields["call"] ?? "")
                SecretCode(form: form)
            }
            form.group("事项") {
                form.text("title", "事项标题", hint: "4–60 个字，不写姓名和电话", required: true)
                form.textarea("content", "反映内容", rows: 7, required: true)
                form.select("category", "事项类别", categories, required: true)
                form.select("region", "所在区划", regions, value: regions.count == 1 ? regions.first?.value : nil, required: true)
                form.radio("urgency", "紧急程度", Urgency.allCases.map { Choice($0.rawValue, $0.title) }, value: Urgency.normal.rawValue, required: true)
                form.select("channel", "受理渠道", Channel.allCases.map { Choice($0.rawValue, $0.title) }, value: Channel.telephone.rawValue, required: true)
                form.checkbox("isConfidential", "要求保密", hint: "只有登记人、承办部门和准许知悉的人员能看到；不进入检索、统计和导出")
            }
            if !followOns.isEmpty {
                form.group("同时为来电人办理") {
                    form.radio(
                        "followOn", "转入其他业务", followOns.map { Choice($0.rawValue, $0.title) },
                        hint: "不需要的不选。提出需求须有企业名称和信用代码；提交诉求须有姓名和电话；订购服务须有企业名称和信用代码，并选择服务")
                    if followOns.contains(.service) { picker(form) }
                    if followOns.contains(.demand) { form.select("followOnCategory", "需求的服务类别", serviceCategories, hint: "提出需求时选择") }
                }
            }
        }
    }

    private func side(_ request: PageRequest) -> HTML {
        HTML {
            section(.class("panel")) {
                h2("知识库")
                div(Attribute("data-suggest", "\(request.base)/orders/suggestions"), Attribute("aria-live", "polite")) { suggested.entries }
                p { a("按关键词查找知识库", href: "\(request.base)/knowledge") }
            }
        }
    }

    /// Services that fit the title, to order one in the same step.
    private func picker(_ form: FormScope) -> HTML {
        HTML {
            if suggested.services.isEmpty {
                p("填写事项标题后按“查知识和服务”，在此选择要订购的服务。", .class("muted"))
            } else {
                form.radio(
                    "followOnService", "订购的服务", suggested.services,
                    hint: suggested.isSimilar ? "没有完全符合的，以下为相近的；换一个标题可再查" : "按标题查到的；登记后也可在工单页面另选")
            }
        }
    }
}

/// The code that the form brings along, so that a second click sends the same request; never part of a draft.
struct SecretCode: Component {
    let form: FormScope

    var html: HTML {
        HTML {
            form.hidden("_secret", "lookupCode")
            form.hidden("lookupCode", LookupCode.random().description)
        }
    }
}

/// Number and secret code, shown this once.
struct RegisteredPage {
    var number: OrderNumber
    /// `nil`: it was shown at an earlier sending of the same form.
    var code: String?
    var isRenewed = false
    /// What can be opened for the caller now, and what was opened along with it.
    var followOns: [FollowOnKind] = []
    var opened: FollowOnKind?

    func page(_ request: PageRequest) -> Page {
        Page(
            title: isRenewed ? "查询码已重发" : "登记成功", trail: [("96871热线", "\(request.base)/"), ("工单台", "\(request.base)/desk")],
            header: PageHeader(lead: "请把编号和查询码告诉来电人。查询码只显示这一次。") { ButtonLink("打开工单", href: request.path(number)) }, layout: .narrow
        ) {
            FactList([
                Fact("工单编号") { strong(number.description) },
                Fact("查询码") { if let code { strong(code) } else { span("已在第一次提交时显示；如未记下，请在工单页面重发。", .class("muted")) } },
            ])
            p("来电人可在“工单查询与评价”页面凭两者查看进展、评价结果，不用登录。")
            if let opened {
                Notice(
                    "已同时为来电人\(opened.title)，编号和进展见工单页面。\(opened == .appeal ? "诉求用同一查询码查询。" : "")", tone: .success)
            }
            FollowOnButtons(kinds: followOns.filter { $0 != opened }, order: number, request: request)
            p { ButtonLink("再登记一件", href: "\(request.base)/orders/new", .secondary) }
        }
    }
}

/// What supervisors watch.
struct SupervisionPage {
    var board: Board
    var overdue: Listing<OrderCard>
    var supervised: Listing<OrderCard>
    var statistics: Statistics
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        var page = Page(
            title: "热线监督", trail: [("96871热线", "\(request.base)/")],
            header: PageHeader(lead: "您辖区内的来电、坐席和在办工单，自动更新。") {
                ButtonLink("坐席与线路", href: "\(request.base)/seats", .secondary)
                ButtonLink("统计", href: "\(request.base)/statistics", .secondary)
            }
        ) {
            LivePart(from: "\(request.base)/supervision/now") {
                BoardView(board: board, base: request.base, now: request.now)
            }
            h2("在办工单")
            StatTiles(
                [
                    StatTiles.Stat(
                        "在办", Format.count(board.states.reduce(0) { $0 + $1.count }), unit: "件",
                        href: "\(request.base)/desk"),
                    StatTiles.Stat(
                        "逾期", Format.count(overdue.total ?? 0), unit: "件", href: "\(request.base)/desk?overdue=yes"),
                    StatTiles.Stat("督办", Format.count(supervised.total ?? 0), unit: "件"),
                ]
                    + board.states.map {
                        StatTiles.Stat(
                            $0.state.title, Format.count($0.count), unit: "件",
                            href: "\(request.base)/desk?state=\($0.state.rawValue)")
                    })
            OrderTable(
                title: "逾期工单", orders: overdue.items, request: request, rulebook: rulebook, empty: EmptyState("没有逾期工单", hint: "按期限办理的工单不在此列。"))
            OrderTable(
                title: "督办工单", orders: supervised.items, request: request, rulebook: rulebook,
                empty: EmptyState("没有督办工单", hint: "可在工单页面发起督办；逾期提醒后仍未办的自动督办。"))
            DataTable(
                "近 30 天指标", columns: [.text("指标"), .number("比率"), .text("口径")],
                rows: statistics.shares.map { [.text($0.title), .share($0.numerator, of: $0.denominator), .text($0.rule)] })
        }
        page.refresh = .seconds(10)
        page.refreshesWithoutScript = true
        return page
    }
}

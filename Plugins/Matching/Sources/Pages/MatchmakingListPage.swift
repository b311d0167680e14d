import MatchingContracts
import Messages
import Pages
import Vocabulary

extension MatchmakingState {
    var badge: StateBadge {
        let tone: Tone =
            switch self {
            case .open: .info
            case .planned: .success
            case .cancelled: .danger
            case .draft, .closed: .neutral
            }
        return StateBadge(title, tone)
    }
}

/// 对接会, the latest first. Public.
struct MatchmakingListPage: Sendable {
    var result: Listing<MatchmakingCard>
    var isStaff: Bool
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "对接会",
            header: PageHeader(lead: "企业和服务机构按志愿排定的一对一洽谈：不撞时间、不撞桌位，会后第 30 日和第 90 日跟踪。") {
                if isStaff {
                    ButtonLink("筹备对接会", href: "\(request.base)/matchmaking/new")
                    ButtonLink("洽谈跟踪", href: "\(request.base)/follow-ups", .secondary)
                }
            }
        ) {
            FilterBar(request) { form in
                form.select("state", "状态", MatchmakingState.allCases.filter { isStaff || $0 != .draft }.map { Choice($0.rawValue, $0.title) })
                form.select("category", "服务类别", rulebook.categories.map { Choice($0.id, $0.name) })
            }
            DataTable(
                "对接会",
                columns: [.text("名称"), .text("时间"), .text("地点"), .text("服务类别"), .text("状态"), .number("企业", unit: "家"), .number("机构", unit: "家")],
                rows: result.items.map { card in
                    [
                        .link(card.title, request.path(matchmaking: card.id)), .appointment(card.startsAt), .text("\(rulebook.title(of: card.region))　\(card.place)"),
                        .text(card.categories.map { rulebook.title(ofCategory: $0) }.joined(separator: "、")), DataTable.Cell { card.state.badge },
                        .number(card.enterprises), .number(card.agencies),
                    ]
                }, empty: EmptyState("还没有对接会", hint: "窗口筹备并发布后，这里列出时间、地点和报名情况。"))
            Continuation(total: nil, next: result.next, of: request)
        }
    }
}

/// Setting up a 对接会, or changing one.
struct MatchmakingFormPage: Sendable {
    var facts: MatchmakingFacts?
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let back = facts.map { request.path(matchmaking: $0.card.id) } ?? "\(request.base)/matchmaking"
        let card = facts?.card
        return Page(
            status: refusal?.status ?? 200, title: facts == nil ? "筹备对接会" : "修改对接会", trail: [("对接会", "\(request.base)/matchmaking")],
            header: PageHeader(lead: "先写明时间、轮次和桌位；发布后企业和机构报名、填报志愿，截止后由系统排定。已排定的对接会修改后，只作最少的调整。"), layout: .narrow
        ) {
            Form(
                post: facts == nil ? "\(request.base)/matchmaking" : "\(back)/edit", of: request, refusal: refusal, submit: facts == nil ? "建立对接会" : "保存",
                cancel: back, draft: facts == nil ? "对接会" : nil
            ) { form in
                form.group("对接会") {
                    form.text("title", "名称", value: card?.title, hint: "4–60 字", example: "浏阳制造业数字化转型对接会", required: true)
                    form.select(
                        "region", "主办地", regions(request), value: card?.region.description ?? request.actor.grants.first { $0.region != nil }?.region?.description,
                        required: true)
                    form.text("place", "地点", value: card?.place, hint: "2–80 字", required: true)
                    form.checkboxes("categories", "服务类别", rulebook.categories.map { Choice($0.id, $0.name) }, values: card?.categories ?? [], required: true)
                    form.textarea("description", "说明", value: facts?.description, rows: 4, hint: "2–2000 字：对象、内容、须带的资料。请勿写个人信息。", required: true)
                }
                form.group("时间和桌位") {
                    form.date("day", "日期", value: card?.startsAt.day.description, required: true)
                    form.text("time", "开始时间", value: card.map { Format.time($0.startsAt) } ?? "09:00", hint: "24 小时制", example: "09:00", required: true, width: .short)
                    form.number("slots", "轮次", value: facts.map { String($0.slots) } ?? "12", unit: "轮", hint: "1–48", required: true)
                    form.number("slotMinutes", "每轮", value: facts.map { String($0.slotMinutes) } ?? "20", unit: "分钟", hint: "5–120", required: true)
                    form.number("pauseMinutes", "两轮间隔", value: facts.map { String($0.pauseMinutes) } ?? "5", unit: "分钟", hint: "0–60", required: true)
                    form.number("tables", "桌数", value: facts.map { String($0.tables) } ?? "20", unit: "张", hint: "1–500，同时洽谈的场数", required: true)
                }
                form.group("场次和志愿") {
                    form.number("enterpriseLimit", "每家企业最多", value: facts.map { String($0.enterpriseLimit) } ?? "4", unit: "场", required: true)
                    form.number("agencyLimit", "每家机构最多", value: facts.map { String($0.agencyLimit) } ?? "12", unit: "场", required: true)
                    form.date("wishesDay", "志愿截止日", value: card?.wishesUntil.day.description, hint: "当日结束时截止，应早于对接会当日。", required: true)
                }
            }
        }
    }

    private func regions(_ request: PageRequest) -> [Choice] {
        guard let root = request.site.region?.province ?? RegionCode("430000") else { return [] }
        return ([root] + rulebook.regions.descendants(of: root, on: request.now.day).map(\.code)).map { Choice($0.description, rulebook.title(of: $0)) }
    }
}

/// Follow-ups of talks that nobody has recorded, for staff.
struct FollowUpPage: Sendable {
    var items: [FollowUpItem]

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "洽谈跟踪", trail: [("对接会", "\(request.base)/matchmaking")],
            header: PageHeader(lead: "结果为“继续联系”或“达成意向”的洽谈，在对接会后第 30 日和第 90 日跟踪；逾期的排在最前。")
        ) {
            DataTable(
                "待跟踪", columns: [.text("企业"), .text("机构"), .text("对接会"), .text("会上结果"), .text("第几日"), .text("期限"), .text("操作")],
                rows: items.map { item in
                    [
                        .text(item.talk.enterprise.name), .text(item.talk.agency.name), .link(item.title, request.path(matchmaking: item.talk.matchmaking)),
                        .text(item.talk.outcome?.title), .text("第 \(item.followUp.days) 日"), DataTable.Cell { Deadline(item.followUp.due, now: request.now) },
                        DataTable.Cell {
                            a(.href("\(request.base)/talks/\(item.talk.id)"), .ariaLabel("跟踪\(item.talk.enterprise.name)与\(item.talk.agency.name)的洽谈")) { "跟踪" }
                        },
                    ]
                }, empty: EmptyState("没有待跟踪的洽谈", hint: "对接会登记结果后，需要跟踪的洽谈列在这里。"))
        }
    }
}

import MatchingContracts
import Messages
import Pages
import Vocabulary

extension DemandState {
    var badge: StateBadge {
        let tone: Tone =
            switch self {
            case .agreed, .delivered, .rated: .success
            case .received, .answered: .warning
            case .matching: .info
            case .unmet: .danger
            case .withdrawn: .neutral
            }
        return StateBadge(title, tone)
    }
}

/// Demands of the own enterprise, those to which the own agency was invited, or those of the staff's regions.
struct DemandListPage: Sendable {
    var box: FindDemands.Box
    var boxes: [FindDemands.Box]
    var result: Listing<DemandCard>
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "需求对接",
            header: PageHeader(lead: "每个需求都有负责的层级和期限；期限内无响应，自动上报上一级。") {
                if box != .agency { ButtonLink("提需求", href: "\(request.base)/new") }
                if box == .staff { ButtonLink("共性需求", href: "\(request.base)/common", .secondary) }
            }
        ) {
            if boxes.count > 1 {
                Subnav(
                    boxes.map { NavigationItem(Self.title($0), QueryLink.make("\(request.base)/demands", [("box", $0.rawValue)])) },
                    path: QueryLink.make("\(request.base)/demands", [("box", box.rawValue)]), title: "需求范围")
            }
            FilterBar(request) { form in
                form.select("state", "状态", DemandState.allCases.map { Choice($0.rawValue, $0.title) })
                form.select("category", "服务类别", rulebook.categories.map { Choice($0.id, $0.name) })
                form.hidden("box", box.rawValue)
            }
            DemandTable(
                Self.title(box), result.items, request, rulebook,
                csv: QueryLink.make(
                    "\(request.base)/demands.csv", [("box", box.rawValue)] + ["state", "category"].compactMap { name in request.fields[name].map { (name, $0) } }))
            Continuation(total: nil, next: result.next, of: request)
        }
    }

    private static func title(_ box: FindDemands.Box) -> String {
        switch box {
        case .enterprise: "本企业的需求"
        case .agency: "邀请本机构的需求"
        case .staff: "辖区需求"
        }
    }
}

/// Demands in rows.
struct DemandTable: Component {
    let title: String
    let demands: [DemandCard]
    let request: PageRequest
    let rulebook: Rulebook
    let csv: String?

    init(_ title: String, _ demands: [DemandCard], _ request: PageRequest, _ rulebook: Rulebook, csv: String? = nil) {
        self.csv = csv
        self.title = title
        self.demands = demands
        self.request = request
        self.rulebook = rulebook
    }

    var html: HTML {
        DataTable(
            title, columns: [.text("需求"), .text("编号"), .text("类别"), .text("企业"), .text("状态"), .text("负责层级"), .text("期限")],
            rows: demands.map { card in
                [
                    DataTable.Cell {
                        a(card.title, href: request.path(demand: card.id))
                        if card.cluster != nil { StateBadge("共性") }
                    },
                    .text(card.number), .text(rulebook.title(ofCategory: card.category)), .text(card.enterprise.name), DataTable.Cell { card.state.badge },
                    .text(card.state.isClosed ? nil : card.level.title), DataTable.Cell { if let due = card.due { Deadline(due, now: request.now) } },
                ]
            }, csv: csv, empty: EmptyState("没有需求", hint: "企业提出的需求会列在这里。")
        ).html
    }
}

/// 共性需求 with their members; one answer reaches all.
struct CommonPage: Sendable {
    var all: [CommonDemand]
    var proposals: [CommonProposal]
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "共性需求", trail: [("需求对接", "\(request.base)/demands")],
            header: PageHeader(lead: "用词相近的需求可以合并；每个成员仍是自己的需求，一次答复送达每个成员，也可以随时移出。")
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            if all.isEmpty { EmptyState("还没有共性需求", hint: "在需求页面查看“用词相近的需求”，勾选后合并。") }
            if !proposals.isEmpty {
                section {
                    h2("可能的共性需求")
                    p("本平台和下级平台受理中的需求，名称用词相近。合并后一次答复送达每个需求所在的平台。", .class("muted"))
                    for proposal in proposals { proposed(proposal, request) }
                }
            }
            for one in all {
                Panel("\(one.title)（\(one.members.count) 个需求）") {
                    DemandTable("成员", one.members, request, rulebook)
                    for answer in one.answers { Notice(answer.text, title: "答复 \(Format.dateTime(answer.at))") }
                    Disclosure("答复全部成员") {
                        Form(
                            post: "\(request.base)/common/\(one.id)/answer", of: request, submit: "答复", weight: .secondary,
                            prefix: "a\(one.id.description.suffix(6))"
                        ) { form in
                            form.textarea("text", "答复", rows: 3, hint: "2–2000 字，请勿写个人信息。", required: true)
                        }
                    }
                }
            }
        }
    }
}

extension CommonPage {
    private func proposed(_ proposal: CommonProposal, _ request: PageRequest) -> HTML {
        let first = proposal.demands[0].card
        return Disclosure("\(first.title)（\(proposal.demands.count) 个需求）") {
            Form(post: "\(request.base)/common", of: request, submit: "合并为共性需求", weight: .secondary, prefix: "p\(first.id.description.suffix(6))") { form in
                form.text("title", "共性需求名称", value: first.title, required: true)
                form.checkboxes(
                    "demands", "合并哪些",
                    proposal.demands.map { one in
                        Choice(one.card.id.description, one.card.title, hint: "\(rulebook.title(of: one.card.region)) · \(one.card.enterprise.name) · \(one.card.state.title)")
                    }, required: true)
            }
        }.html
    }
}

/// 供需短板 by city and category. Public.
struct GapPage: Sendable {
    var gaps: [SupplyGap]
    var calls: [AgencyCall]
    /// Whether whoever looks may publish a call.
    var isStaff: Bool
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(title: "供需短板", header: PageHeader(lead: SupplyGap.rule)) {
            DataTable(
                "需求和供给", columns: [.text("市州"), .text("服务类别"), .number("需求", unit: "个"), .number("未满足", unit: "个"), .number("在架服务", unit: "项"), .text("判断"), .text("征集")],
                rows: gaps.map { gap in
                    [
                        .text(rulebook.title(of: gap.city)), .text(rulebook.title(ofCategory: gap.category)), .number(gap.demands), .number(gap.unmet),
                        .number(gap.services), gap.isShort ? .state("短板", .danger) : .state("有供给", .success),
                        DataTable.Cell { called(gap, request) },
                    ]
                }, empty: EmptyState("还没有需求", hint: "企业提出需求后，这里按市州和类别对比需求与供给。"))
            p { a("征集服务机构", href: "\(request.base)/calls") }
        }
    }

    /// The call that runs for it, or for staff where to publish one.
    private func called(_ gap: SupplyGap, _ request: PageRequest) -> HTML {
        HTML {
            if let call = calls.first(where: { $0.category == gap.category && ($0.region.contains(gap.city) || gap.city.contains($0.region)) }) {
                a("征集中", href: "\(request.base)/calls/\(call.id)")
            } else if isStaff, gap.isShort {
                a("发布征集", href: QueryLink.make("\(request.base)/calls/new", [("region", gap.city.description), ("category", gap.category)]))
            }
        }
    }
}

import Messages
import Pages
import RegistryContracts
import Vocabulary

/// What waits for the reviewer, overdue in front; below it everything within the region, with filters.
struct ReviewDeskPage: Sendable {
    var waiting: [ApplicationCard]
    var all: Listing<ApplicationCard>
    var maySubmit: Bool
    var gazetteer: Gazetteer

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "申报与评审",
            header: PageHeader(lead: "待您办理 \(waiting.count) 件；辖区内共 \(all.total ?? 0) 件（按筛选条件）。") {
                if maySubmit { ButtonLink("新的申报", href: "\(request.base)/applications/new") }
                ButtonLink("各阶段用时", href: "\(request.base)/times", .secondary)
            }
        ) {
            section {
                h2("待办")
                TodoList(
                    waiting.map { card in
                        TodoList.Item(
                            card.name, href: request.path(card.id), kind: "\(card.kind.shortTitle)申报·\(card.stage.title)",
                            deadline: card.due?.end,
                            note: "申报 \(card.id)，已在本阶段 \(Format.duration(from: card.stageSince, to: request.now))")
                    }, now: request.now)
            }
            section {
                h2("全部申报")
                FilterBar(request) { form in
                    form.select("stage", "阶段", Stage.allCases.map { Choice($0.rawValue, $0.title) })
                    form.select("kind", "平台类型", NodeKind.allCases.map { Choice($0.rawValue, $0.title) })
                }
                ApplicationTable("辖区内的申报", all.items, request, in: gazetteer)
                Continuation(total: all.total, next: all.next, of: request)
            }
        }
    }
}

/// The applications of the one who asks.
struct MyApplicationsPage: Sendable {
    var all: Listing<ApplicationCard>
    var gazetteer: Gazetteer

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "我的申报",
            header: PageHeader(lead: "由您提交的申报及其进展。") {
                ButtonLink("新的申报", href: "\(request.base)/applications/new")
            }
        ) {
            ApplicationTable("我的申报", all.items, request, in: gazetteer)
            Continuation(total: all.total, next: all.next, of: request)
        }
    }
}

/// Applications in rows.
struct ApplicationTable: Component {
    let title: String
    let cards: [ApplicationCard]
    let request: PageRequest
    let gazetteer: Gazetteer

    init(_ title: String, _ cards: [ApplicationCard], _ request: PageRequest, in gazetteer: Gazetteer) {
        self.gazetteer = gazetteer
        self.title = title
        self.cards = cards
        self.request = request
    }

    var html: HTML {
        DataTable(
            title,
            columns: [
                .text("平台"), .text("编号"), .text("类型"), .text("区划"), .text("申报日期"), .text("阶段"), .text("期限"),
            ],
            rows: cards.map { card in
                [
                    .link(card.name, request.path(card.id)), .text(card.id.description), .text(card.kind.shortTitle),
                    DataTable.Cell { span(gazetteer.title(of: card.region), .class("nowrap")) }, .text(card.submittedOn.shown),
                    .state(card.stage.title, card.stage.tone),
                    card.due.map { due in DataTable.Cell { Deadline(due.end, now: request.now) } } ?? .missing,
                ]
            }, empty: EmptyState("还没有申报", hint: "提交的申报会列在这里。")
        ).html
    }
}

/// How long applications stand in each stage.
struct StageTimesPage: Sendable {
    var times: StageTimes

    func page(_ request: PageRequest) -> Page {
        Page(title: "各阶段用时", trail: [("申报与评审", "\(request.base)/review")], header: PageHeader(lead: times.rule)) {
            FilterBar(request) { form in
                form.date("from", "自")
                form.date("until", "至（不含）")
            }
            DataTable(
                "各阶段用时",
                columns: [.text("阶段"), .number("已离开", unit: "件"), .text("平均用时"), .text("最长用时"), .number("现在此阶段", unit: "件")],
                rows: times.rows.map { row in
                    [
                        .state(row.stage.title, row.stage.tone), .number(row.count),
                        .text(row.count > 0 ? Format.duration(milliseconds: row.meanMilliseconds) : nil),
                        .text(row.count > 0 ? Format.duration(milliseconds: row.longestMilliseconds) : nil),
                        .number(row.waiting),
                    ]
                })
        }
    }
}

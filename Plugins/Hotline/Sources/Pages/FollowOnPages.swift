import AppealsContracts
import HotlineContracts
import MarketContracts
import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// Opening an order, a demand or an appeal for the caller, filled in from the work order.
extension HotlinePages {
    /// What the column's secret codes are digested for, as its contract says.
    static let appealPurpose = "appeals"

    var serviceCategories: [Choice] { rulebook.serviceCategories.map { Choice($0.id, $0.name) } }

    /// What this site can take.
    func followOns(_ context: PageContext) -> [FollowOnKind] {
        let takers: [(FollowOnKind, WireName)] = [
            (.service, PlaceOrder.name), (.demand, SubmitDemand.name), (.appeal, SubmitAppeal.name),
        ]
        return takers.filter { context.bus.command($0.1) != nil }.map(\.0)
    }

    func followOnForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try await followOnForm(request, context, refusal: nil))
    }

    private func followOnForm(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) async throws -> Page {
        let detail = try context.ask(HotlineContracts.GetOrder(number: number(request)))
        guard let kind: FollowOnKind = request.coded("kind"), followOns(context).contains(kind) else {
            throw Refusal.notFound
        }
        let services =
            kind == .service
            ? try await context.ask(
                across: SearchServices(
                    text: (request.fields["q"] ?? detail.card.title).prefix(60).description, region: detail.card.region,
                    limit: 8)) : nil
        return FollowOnPage(
            kind: kind, detail: detail, services: services?.items ?? [], isSimilar: services?.isSimilar ?? false,
            categories: kind == .demand
                ? serviceCategories : kind == .appeal ? categories.filter { $0.value.utf8.count == 2 } : [],
            rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func openFollowOn(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let kind = form.choice("kind", "衍生事项", or: FollowOnKind.demand)
            let service = form.optional("service", "服务编号有误。请从列表中选择。") { MessageID($0) }
            try form.refuseIfFaulty()
            let code = LookupCode(request.fields["lookupCode"] ?? "") ?? .random()
            let receipt = try await context.tell(
                OpenFollowOn(
                    order: number(request),
                    request: FollowOnRequest(
                        kind: kind, title: request.fields["title"], text: request.fields["text"],
                        category: request.fields["category"], service: service,
                        lookup: kind == .appeal ? code.digest(for: Self.appealPurpose) : nil,
                        isKeptFromDepartments: request.fields["isKept"] == "yes" ? true : nil)))
            guard kind == .appeal else {
                return .redirect(
                    to: request.path(receipt.number),
                    notice: kind == .service ? "已代为下单，待企业登录确认后生效。编号和进展见下。" : "已代为提出需求。编号和进展见下。")
            }
            return .page(AppealOpenedPage(order: receipt.number, code: code.description).page(request))
        } catch let refusal as Refusal where refusal.status != 404 {
            return .page(try await followOnForm(request, context, refusal: refusal))
        }
    }
}

/// One form, filled in from the order: a press and it is done.
struct FollowOnPage {
    var kind: FollowOnKind
    var detail: HotlineContracts.OrderDetail
    var services: [ServiceCard]
    /// No service holds every word: similar ones are shown.
    var isSimilar: Bool
    var categories: [Choice]
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let own = "\(request.path(detail.card.number))/follow-on"
        return Page(
            status: refusal?.status ?? 200, title: kind.title,
            trail: [
                ("96871热线", "\(request.base)/"), ("工单台", "\(request.base)/desk"),
                (detail.card.number.description, request.path(detail.card.number)),
            ], header: PageHeader(caption: detail.card.title, lead: lead), layout: .narrow
        ) {
            FactList([
                Fact("企业", detail.enterprise), Fact("信用代码", detail.creditCode?.description),
                Fact("来电人", detail.callerName?.masked), Fact("联系电话", detail.callerPhone?.masked),
                Fact("区划", rulebook.title(of: detail.card.region)),
            ])
            if kind == .service { search(request) }
            if kind != .service || !services.isEmpty { form(request, own) }
        }
    }

    private var lead: String {
        switch kind {
        case .service: "以来电企业的名义下单，企业登录确认后才生效。"
        case .demand: "以来电企业的名义提出需求，窗口受理后匹配服务机构。"
        case .appeal: "以来电人的名义提交意见建议专栏，转有关部门答复。"
        }
    }

    private func search(_ request: PageRequest) -> HTML {
        HTML {
            FilterBar(request, submit: "查找") { form in
                form.hidden("kind", kind.rawValue)
                form.text("q", "查找服务")
            }
            if services.isEmpty {
                EmptyState("没有找到服务", hint: "请换一个词查找；没有合适服务的，可改为“提出需求”。")
            } else if isSimilar {
                p("没有完全符合的服务，以下为相近的。", .class("muted"))
            }
        }
    }

    private func form(_ request: PageRequest, _ own: String) -> Form {
        Form(post: own, of: request, refusal: refusal, submit: kind.title, cancel: request.path(detail.card.number)) {
            form in
            form.hidden("kind", kind.rawValue)
            if kind == .service {
                form.radio(
                    "service", "服务",
                    services.map { Choice($0.id.description, "\($0.title)　\($0.agencyName)　\($0.price.words)") },
                    required: true)
                form.hidden("q", request.fields["q"] ?? "")
            } else {
                form.text("title", kind == .demand ? "需求名称" : "标题", value: detail.card.title, required: true)
                form.select(
                    "category", kind == .demand ? "服务类别" : "诉求类别", categories,
                    value: kind == .appeal ? String(detail.card.category.prefix(2)) : nil, required: true)
            }
            form.textarea("text", kind == .appeal ? "内容" : "需要说明", value: detail.content, rows: 6, required: true)
            if kind == .appeal {
                form.checkbox("isKept", "对部门保密", hint: "承办部门看不到姓名、电话和企业名称")
                SecretCode(form: form)
            }
        }
    }
}

/// The appeal's secret code, shown this once.
struct AppealOpenedPage {
    var order: OrderNumber
    var code: String

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "诉求已提交", trail: [("96871热线", "\(request.base)/"), (order.description, request.path(order))],
            header: PageHeader(lead: "请把查询码告诉来电人，只显示这一次。诉求编号见工单页面。") { ButtonLink("回到工单", href: request.path(order)) },
            layout: .narrow
        ) {
            FactList([Fact("查询码") { strong(code) }])
            p("来电人可在“意见建议专栏”的查询页面凭诉求编号和查询码查看答复、作出评价。")
        }
    }
}

/// What an order led to, and what it can lead to.
struct FollowOnSection: Component {
    var opened: [FollowOn]
    var kinds: [FollowOnKind]
    var order: OrderNumber
    var request: PageRequest

    var html: HTML {
        HTML {
            if !opened.isEmpty || !kinds.isEmpty {
                section {
                    h2("转入其他业务")
                    if !opened.isEmpty {
                        DataTable(
                            "衍生事项", columns: [.text("事项"), .text("编号"), .text("状态"), .text("时间")],
                            rows: opened.map { one in
                                [
                                    .text("\(one.kind.title)：\(one.title)"), number(one), .text(one.state ?? "—"),
                                    .moment(one.openedAt),
                                ]
                            })
                    }
                    FollowOnButtons(kinds: kinds, order: order, request: request)
                }
            }
        }
    }

    private func number(_ one: FollowOn) -> DataTable.Cell {
        guard let number = one.number, let path = one.path else { return .text("等待登记") }
        return .link(number, "/\(request.site.id)/\(path)")
    }
}

struct FollowOnButtons: Component {
    var kinds: [FollowOnKind]
    var order: OrderNumber
    var request: PageRequest

    var html: HTML {
        HTML {
            if !kinds.isEmpty {
                p(.class("actions")) {
                    for kind in kinds {
                        ButtonLink(
                            kind.title, href: "\(request.path(order))/follow-on?kind=\(kind.rawValue)", .secondary)
                    }
                }
            }
        }
    }
}

import Bus
import MatchingContracts
import Messages
import Pages
import PluginKit
import Vocabulary

/// 征集服务机构: the calls of the network. Public.
struct CallListPage: Sendable {
    var calls: [AgencyCall]
    var showsAll: Bool
    /// Where calls come from.
    var sites: SiteMap
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            title: "征集服务机构", trail: [("供需短板", "\(request.base)/gap")],
            header: PageHeader(lead: "各地对供给不足的服务类别公开征集；已入驻机构用一项已上架、服务到当地的服务应征。")
        ) {
            CallTable(calls, request, sites, rulebook)
            p { a(showsAll ? "只看征集中的" : "查看已结束的征集", href: showsAll ? "\(request.base)/calls" : QueryLink.make("\(request.base)/calls", [("all", "true")])) }
        }
    }
}

/// Calls in rows.
struct CallTable: Component {
    let calls: [AgencyCall]
    let request: PageRequest
    let sites: SiteMap
    let rulebook: Rulebook

    init(_ calls: [AgencyCall], _ request: PageRequest, _ sites: SiteMap, _ rulebook: Rulebook) {
        self.calls = calls
        self.request = request
        self.sites = sites
        self.rulebook = rulebook
    }

    var html: HTML {
        DataTable(
            "征集", columns: [.text("名称"), .text("地区"), .text("服务类别"), .text("发布站点"), .text("截止"), .text("状态")],
            rows: calls.map { call in
                [
                    .link(call.title, "\(request.base)/calls/\(call.id)"), .text(rulebook.title(of: call.region)), .text(rulebook.title(ofCategory: call.category)),
                    .text(CallTable.origin(of: call, sites)), .day(call.until), DataTable.Cell { CallTable.badge(call, request.now.day) },
                ]
            }, empty: EmptyState("没有征集", hint: "工作人员可在“供需短板”中对供给不足的类别发布征集。")
        ).html
    }

    /// The site that published it, by its title where the network knows it.
    static func origin(of call: AgencyCall, _ sites: SiteMap) -> String { sites[call.site]?.title ?? call.site }

    static func badge(_ call: AgencyCall, _ today: Day) -> StateBadge { call.isRunning(on: today) ? StateBadge("征集中", .success) : StateBadge("已结束") }
}

/// A new call, from a row of the gap.
struct CallFormPage: Sendable {
    var refusal: Refusal?
    var rulebook: Rulebook

    func page(_ request: PageRequest) -> Page {
        Page(
            status: refusal?.status ?? 200, title: "发布征集", trail: [("征集服务机构", "\(request.base)/calls")],
            header: PageHeader(lead: "征集在全省各站点公开，机构以一项已上架的服务应征。请勿填写个人信息。"), layout: .narrow
        ) {
            Form(post: "\(request.base)/calls", of: request, refusal: refusal, submit: "发布") { form in
                form.text("title", "征集名称", hint: "4–60 个字。", example: "征集检验检测服务机构", required: true)
                form.region("region", "地区", in: rulebook.regions, below: request.site.region?.province, on: request.now.day, required: true)
                form.select("category", "服务类别", rulebook.categories.map { Choice($0.id, $0.name) }, required: true)
                form.textarea("text", "征集说明", rows: 5, hint: "需要什么服务、有多少需求，10–1000 字。", required: true)
                form.date("until", "截止日期", required: true)
            }
        }
    }
}

/// One call: what is wanted, who offered what, and for an agency what it could offer.
struct CallPage: Sendable {
    var detail: CallDetail
    var isAgency: Bool
    var sites: SiteMap
    var rulebook: Rulebook
    var refusal: Refusal?

    func page(_ request: PageRequest) -> Page {
        let call = detail.call
        let market = "/\(request.site.id)/market/services"
        return Page(
            status: refusal?.status ?? 200, title: call.title, trail: [("征集服务机构", "\(request.base)/calls")],
            header: PageHeader(state: CallTable.badge(call, request.now.day))
        ) {
            if let refusal { ErrorSummary(refusal, known: []) }
            FactList([
                Fact("地区", rulebook.title(of: call.region)), Fact("服务类别", rulebook.title(ofCategory: call.category)), Fact("截止日期", on: call.until),
                Fact("说明", call.text), Fact("发布站点", CallTable.origin(of: call, sites)), Fact("发布", at: call.publishedAt),
            ])
            DataTable(
                "应征的服务", columns: [.text("服务"), .text("服务机构"), .text("应征时间")],
                rows: detail.offers.map { [.link($0.title, "\(market)/\($0.service)"), .text($0.agency.name), .text(Format.dateTime($0.at))] },
                empty: EmptyState("还没有机构应征", hint: call.site == request.site.id ? nil : "其他站点的机构应征的，在发布站点查看。"))
            if !detail.fitting.isEmpty {
                Panel("用本机构的服务应征") {
                    Form(post: "\(request.base)/calls/\(call.id)/offer", of: request, submit: "应征") { form in
                        form.select("service", "服务", detail.fitting.map { Choice($0.service.description, $0.title) }, required: true)
                    }
                }
            } else if isAgency, call.isRunning(on: request.now.day) {
                Notice("本机构没有可以应征的服务：须已上架、类别相符、服务到当地。请先在服务超市的机构工作台上架。")
            }
            if detail.mayClose {
                Disclosure("结束征集") {
                    Form(post: "\(request.base)/calls/\(call.id)/close", of: request, submit: "结束征集", confirm: "结束后不能恢复，确定吗？", weight: .secondary, prefix: "close") { _ in HTML() }
                }
            }
        }
    }
}

extension MatchingPages {
    /// The network as this site sees it; alone, only itself.
    private func sites(_ request: PageRequest, _ context: PageContext) -> SiteMap {
        context.bus.network?.map ?? SiteMap([SiteEntry(id: request.site.id, title: request.site.title, kind: .hub, region: request.site.region)])
    }

    func calls(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let showsAll = request.fields["all"] == "true"
        return .page(CallListPage(calls: try context.ask(FindCalls(all: showsAll)), showsAll: showsAll, sites: sites(request, context), rulebook: rulebook).page(request))
    }

    func callForm(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(CallFormPage(refusal: nil, rulebook: rulebook).page(request)) }

    func publishCall(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        do {
            var form = FormInput(request)
            let title = form.text("title", "征集名称", 4...60)
            let region = form.region("region", "地区")
            let category = form.text("category", "服务类别", 2...40)
            let text = form.text("text", "征集说明", 10...1000)
            let until = form.day("until", "截止日期")
            try form.refuseIfFaulty(as: "matching.invalid-input")
            guard let region, let until else { throw Refusal.notFound }
            let receipt = try await context.tell(PublishCall(region: region, category: category, title: title, text: text, until: until))
            return .redirect(to: "\(request.base)/calls/\(receipt.call)", notice: "已发布，全省各站点的机构都能看到。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(CallFormPage(refusal: refusal, rulebook: rulebook).page(request))
        }
    }

    private func callID(_ request: PageRequest) throws -> MessageID {
        guard let id = request.parameters["id"].flatMap({ MessageID($0) }) else { throw MatchingRefusal.callUnknown }
        return id
    }

    func call(_ request: PageRequest, _ context: PageContext) async throws -> PageReply { .page(try callPage(request, context, refusal: nil)) }

    private func callPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let detail = try context.ask(GetCall(id: try callID(request)))
        return CallPage(
            detail: detail, isAgency: request.actor.holds(.agency), sites: sites(request, context), rulebook: rulebook, refusal: refusal
        ).page(request)
    }

    func offerToCall(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try callID(request)
        do {
            guard let service = request.fields["service"].flatMap({ MessageID($0) }) else {
                throw MatchingRefusal.invalid([.init(field: "service", message: "请选择一项服务。")])
            }
            _ = try await context.tell(OfferToCall(call: id, service: service))
            return .redirect(to: "\(request.base)/calls/\(id)", notice: "已应征。")
        } catch let refusal as Refusal where [403, 409, 422].contains(refusal.status) {
            return .page(try callPage(request, context, refusal: refusal))
        }
    }

    func closeCall(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let id = try callID(request)
        _ = try await context.tell(CloseCall(call: id))
        return .redirect(to: "\(request.base)/calls/\(id)", notice: "已结束征集。")
    }
}

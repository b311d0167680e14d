import Messages
import Pages
import PluginKit
import RegistryContracts
import Vocabulary

/// The plug-in's pages: each asks its queries, fills a model, and lets the model write itself.
struct RegistryPages: Sendable {
    let rulebook: Rulebook
}

/// What everybody may see.
extension RegistryPages {
    func front(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .redirect(to: "\(request.base)/map")
    }

    func map(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let day = request.day("day")
        let city = request.parameters["city"].flatMap { RegionCode($0) }
        if let text = request.parameters["city"], city == nil || rulebook.gazetteer.tier(of: city ?? rulebook.gazetteer.province, on: day) != .city {
            throw RegistryRefusal.make(
                "node-unknown", "“\(text.prefix(20))”不是\(day.shown)有效的市州代码。请从平台网络地图进入。", log: "no city for the map")
        }
        return .page(
            NetworkMapPage(
                day: day, counts: try context.ask(CountNodes(day: day)),
                counties: try context.ask(GetCoverage(level: .county, day: day, region: city)),
                levels: city == nil ? try levels(on: day, context).filter { $0.level != .county } : [],
                city: try city.map { try openedCity($0, on: day, context) }, gazetteer: rulebook.gazetteer
            ).page(request))
    }

    private func openedCity(_ city: RegionCode, on day: Day, _ context: PageContext) throws -> NetworkMapPage.City {
        let nodes = try context.ask(FindNodes(region: city, asOf: day, limit: 500)).items
        let counties = rulebook.gazetteer.divisions(.county, on: day).filter { city.contains($0.region) }
        return NetworkMapPage.City(
            region: city, title: rulebook.gazetteer.title(of: city),
            counties: counties.map { unit in
                NetworkMapPage.County(
                    region: unit.region, title: unit.title,
                    windows: nodes.filter {
                        $0.kind == .county && rulebook.gazetteer.codes(for: $0.region, on: day).contains(unit.region)
                    })
            }, others: nodes.filter { $0.kind != .county })
    }

    private func levels(on day: Day, _ context: PageContext) throws -> [Coverage] {
        try rulebook.settings.coverageLevels.map { try context.ask(GetCoverage(level: $0, day: day)) }
    }

    func tree(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(TreePage(tree: try context.ask(GetTree(day: request.day("day")))).page(request))
    }

    private func nodeQuery(_ request: PageRequest, after: Cursor?, limit: Int) -> FindNodes {
        FindNodes(
            kind: request.coded("kind"), region: request.region("region"), stage: request.coded("stage"),
            text: request.fields["text"].map { String($0.prefix(60)) }, carrierPark: request.fields["carrierPark"],
            chain: request.fields["chain"], asOf: request.fields["asOf"] == nil ? nil : request.day("asOf"), after: after,
            limit: limit)
    }

    func nodes(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(
            NodeListPage(
                result: try context.ask(nodeQuery(request, after: request.fields["after"].flatMap { Cursor($0) }, limit: 20)),
                cities: rulebook.gazetteer.divisions(.city, on: request.today), gazetteer: rulebook.gazetteer
            ).page(request))
    }

    func nodesCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        var nodes: [NodeCard] = []
        var after: Cursor?
        repeat {
            let result = try context.ask(nodeQuery(request, after: after, limit: 500))
            nodes += result.items
            after = result.next
        } while after != nil
        return .csv(name: "平台名录-\(request.today).csv", rows: NodeListPage.csv(nodes))
    }

    func node(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try nodePage(request, context, refusal: nil))
    }

    /// Also what a refused form of the page shows again.
    func nodePage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try nodeID(request)
        let detail = try context.ask(GetNode(id: id))
        let card = detail.node
        let isProvince = request.actor.kind != .visitor && Rights.actsForProvince(request.actor, region: card.region)
        let parents = try PlacementRules.allowedParents(of: card.kind).flatMap { kind in
            try context.ask(FindNodes(kind: kind, asOf: request.today, limit: 500)).items
        }
        return NodeDetailPage(
            detail: detail, checklist: try context.ask(GetChecklist(id: id)),
            gazetteer: rulebook.gazetteer, parentName: card.parent.flatMap { try? context.ask(GetNode(id: $0)).node.name },
            happenings: try context.timeline(subject: id.subject),
            isStaff: Rights.maySee(request.actor, region: card.region),
            mayHandOver: isProvince && card.stage == .operatorChange,
            mayMove: isProvince && card.kind != .hub && card.stage != .exited,
            parents: parents.filter { $0.region.contains(card.region) && $0.id != card.id && $0.id != card.parent },
            refusal: refusal
        ).page(request)
    }

    func nodeID(_ request: PageRequest) throws -> NodeID {
        let text = request.parameters["id"] ?? ""
        guard let id = NodeID(text) else {
            throw RegistryRefusal.make(
                "node-unknown", "没有编号为“\(text.prefix(40))”的平台。请在平台名录中查找。", log: "malformed node identifier")
        }
        return id
    }

    func checklist(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try checklistPage(request, context, refusal: nil))
    }

    func checklistPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let id = try nodeID(request)
        let card = try context.ask(GetNode(id: id)).node
        let actor = request.actor
        return ChecklistPage(
            node: card, checklist: try context.ask(GetChecklist(id: id)),
            mayRecord: card.stage != .exited
                && (Rights.actsForCity(actor, region: card.region) || Rights.actsForProvince(actor, region: card.region)),
            refusal: refusal
        ).page(request)
    }

    func plan(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        .page(try planPage(request, context, refusal: nil))
    }

    private func planReport(_ request: PageRequest, _ context: PageContext) throws -> PlanReport {
        let year = request.fields["year"].flatMap { Int($0) }.flatMap { (2000...2100).contains($0) ? $0 : nil }
        return try context.ask(
            GetPlan(year: year ?? request.today.year, asOf: request.fields["asOf"].flatMap { Day($0) }))
    }

    func planPage(_ request: PageRequest, _ context: PageContext, refusal: Refusal?) throws -> Page {
        let report = try planReport(request, context)
        let maySet =
            request.actor.kind != .visitor && Rights.actsForProvince(request.actor, region: rulebook.gazetteer.province)
        return PlanPage(
            report: report, years: 2018...max(request.today.year + 1, 2019),
            counties: maySet ? rulebook.gazetteer.divisions(.county, on: request.today) : nil, refusal: refusal
        ).page(request)
    }

    func planCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let report = try planReport(request, context)
        return .csv(name: "建设计划-\(report.year).csv", rows: PlanPage.csv(report))
    }

    func coverage(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let day = request.day("day")
        let levels = try levels(on: day, context)
        let level: CoverageLevel = request.coded("level") ?? .county
        return .page(
            CoveragePage(
                levels: levels,
                opened: try levels.first { $0.level == level } ?? context.ask(GetCoverage(level: level, day: day))
            ).page(request))
    }

    func coverageCSV(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let day = request.day("day")
        return .csv(name: "覆盖情况-\(day).csv", rows: CoveragePage.csv(try levels(on: day, context)))
    }
}

import Bus
import MarketContracts
import MatchingContracts
import Messages
import Pages
public import PluginKit
import Store
import Vocabulary

/// 需求对接: what enterprises need, who could answer it, and that no need is silently idle.
/// - Source: 湘经信中小服务〔2017〕711号 一, 三, 五; demands D5, D15, D18, D41–D43
public struct Matching: Plugin {
    public typealias Settings = MatchingSettings

    public static let manifest = Manifest(id: "matching", title: "需求对接", version: "1.0.0")

    static let staff = Access.role(.windowStaff, .cityStaff, .provinceStaff)
    static let owners = Access.role(.enterprise, .windowStaff, .cityStaff, .provinceStaff)
    static let everybody = Access.role(.enterprise, .agency, .windowStaff, .cityStaff, .provinceStaff)

    public static func register(in plugin: inout Registration<MatchingSettings>) {
        let rulebook = Rulebook(settings: plugin.settings, reference: plugin.reference)
        plugin.migrations(Migrations.all)
        plugin.privacy(export: Records.of, erase: Records.erase)
        messages(&plugin, rulebook)
        programs(&plugin)
        pages(&plugin, MatchingPages(rulebook: rulebook))
        plugin.navigation("提需求", "/new", note: "说清需要，由窗口和机构来对接", icon: .demand, access: owners)
        plugin.navigation("需求对接", "/demands", note: "需求的进展、邀请和响应", icon: .inbox, access: everybody)
        plugin.navigation("供需短板", "/gap", note: "哪里缺什么服务", icon: .chart)
        plugin.todo(access: everybody, rulebook.todos)
    }

    private static func messages(_ plugin: inout Registration<MatchingSettings>, _ rulebook: Rulebook) {
        plugin.handle(SubmitDemand.self, access: owners, rulebook.submit)
        plugin.handle(AdvanceDemand.self, access: everybody, rulebook.advance)
        plugin.handle(MergeDemands.self, access: staff, rulebook.merge)
        plugin.handle(SplitDemand.self, access: staff, rulebook.split)
        plugin.handle(AnswerCommonDemand.self, access: staff, rulebook.answer)
        plugin.answer(FindDemands.self, access: everybody, rulebook.findDemands)
        plugin.answer(GetDemand.self, access: everybody, rulebook.getDemand)
        plugin.answer(GetCandidates.self, access: owners, heavy: true, rulebook.candidates)
        plugin.answer(FindSimilarDemands.self, access: staff, heavy: true, rulebook.similar)
        plugin.answer(FindCommonDemands.self, access: staff, heavy: true, rulebook.commonDemands)
        plugin.answer(GetSupplyGap.self, access: .anyone, heavy: true, rulebook.gap)
        plugin.announces(DemandAdvanced.self, titled: "需求办理")
        plugin.announces(CommonDemandChanged.self, titled: "共性需求变更")
        plugin.announces(DemandAnswered.self, titled: "共性需求答复")
        // What is offered, as the markets of the whole network tell it.
        plugin.react(to: AgencyChanged.self, from: .everywhere, rulebook.hear)
        plugin.react(to: ServiceChanged.self, from: .everywhere, rulebook.hear)
        plugin.react(to: ServiceCompleted.self, from: .everywhere, rulebook.hear)
        plugin.react(to: ServiceRated.self, from: .everywhere, rulebook.hear)
        plugin.every(.seconds(600), "escalate demands that nobody answers", rulebook.watch)
    }

    /// `/api/{site}/matching/…`
    private static func programs(_ plugin: inout Registration<MatchingSettings>) {
        plugin.expose(FindDemands.self, as: .get("/demands"), titled: "查找需求", example: FindDemands(box: .enterprise, limit: 2))
        plugin.expose(SubmitDemand.self, as: .post("/demands"), titled: "提出需求")
        plugin.expose(GetDemand.self, as: .get("/demands/{id}"), titled: "查看需求")
        plugin.expose(AdvanceDemand.self, as: .post("/demands/{demand}/steps"), titled: "办理需求的下一步", changing: { GetDemand(id: $0.demand) })
        plugin.expose(GetCandidates.self, as: .get("/demands/{demand}/candidates"), titled: "推荐机构")
        plugin.expose(FindSimilarDemands.self, as: .get("/demands/{demand}/similar"), titled: "相近需求")
        plugin.expose(SplitDemand.self, as: .delete("/demands/{demand}/cluster"), titled: "移出共性需求", changing: { GetDemand(id: $0.demand) })
        plugin.expose(FindCommonDemands.self, as: .get("/common-demands"), titled: "查找共性需求", example: FindCommonDemands())
        plugin.expose(MergeDemands.self, as: .post("/common-demands"), titled: "合并为共性需求")
        plugin.expose(AnswerCommonDemand.self, as: .post("/common-demands/{cluster}/answers"), titled: "答复共性需求")
        plugin.expose(GetSupplyGap.self, as: .get("/supply-gap"), titled: "供需短板", example: GetSupplyGap())
        plugin.refusals(MatchingRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
    }

    private static func pages(_ plugin: inout Registration<MatchingSettings>, _ pages: MatchingPages) {
        plugin.page("/new", access: owners, pages.form)
        plugin.page("/demands", access: everybody, pages.list)
        plugin.post("/demands", access: owners, pages.submit)
        plugin.page("/demands/{id}", access: everybody, pages.demand)
        plugin.post("/demands/{id}/advance", access: everybody, pages.advance)
        plugin.post("/demands/{id}/merge", access: staff, pages.merge)
        plugin.post("/demands/{id}/split", access: staff, pages.split)
        plugin.page("/common", access: staff, pages.common)
        plugin.post("/common/{id}/answer", access: staff, pages.answer)
        plugin.page("/gap", access: .anyone, pages.gap)
    }
}

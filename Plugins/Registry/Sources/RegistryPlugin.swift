import Bus
import Messages
import Pages
public import PluginKit
import RegistryContracts
import Store
import Vocabulary

/// 平台网络: every platform of the network, how it came to be, who runs it, and what is not covered yet.
/// - Source: 湘经信中小服务〔2017〕711号 一, 二, 三, 九; demands D1, D2, D6–D10, D14, D29
public struct Registry: Plugin {
    public typealias Settings = RegistrySettings

    public static let manifest = Manifest(id: "registry", title: "平台网络", version: "1.0.0")

    public static func register(in plugin: inout Registration<RegistrySettings>) {
        let rulebook = Rulebook(
            settings: plugin.settings,
            gazetteer: Gazetteer(
                province: RegionCode(plugin.settings.province) ?? RegionCode.hunan, reference: plugin.reference))
        plugin.migrations(Migrations.all)
        plugin.privacy(export: Records.of, erase: Records.keep)
        messages(&plugin, rulebook)
        programs(&plugin)
        pages(&plugin, RegistryPages(rulebook: rulebook))
        people(&plugin, rulebook)
    }

    /// Who files, who decides; the handlers check the region.
    private static let applicants = Access.role(.windowStaff, .cityStaff, .provinceStaff)
    private static let province = Access.role(.provinceStaff)

    private static func messages(_ plugin: inout Registration<RegistrySettings>, _ rulebook: Rulebook) {
        plugin.handle(SubmitApplication.self, access: applicants, rulebook.submit)
        plugin.handle(ResubmitApplication.self, access: applicants, rulebook.resubmit)
        plugin.handle(AdvanceApplication.self, access: applicants, rulebook.advance)
        plugin.handle(ImportNode.self, access: province, rulebook.importNode)
        plugin.handle(ChangeOperator.self, access: province, rulebook.changeOperator)
        plugin.handle(MoveNode.self, access: province, rulebook.move)
        plugin.handle(SetAnnualPlan.self, access: province, rulebook.setPlan)
        plugin.handle(MarkEligible.self, access: province, rulebook.markEligible)
        plugin.handle(RecordChecklistItem.self, access: .role(.cityStaff, .provinceStaff), rulebook.recordCheck)

        plugin.answer(FindNodes.self, access: .anyone, rulebook.findNodes)
        plugin.answer(GetNode.self, access: .anyone, rulebook.getNode)
        plugin.answer(GetTree.self, access: .anyone, rulebook.getTree)
        plugin.answer(CountNodes.self, access: .anyone, rulebook.countNodes)
        plugin.answer(GetCoverage.self, access: .anyone, rulebook.getCoverage)
        plugin.answer(FindEligibleUnits.self, access: .anyone, rulebook.findEligibleUnits)
        plugin.answer(GetPlan.self, access: .anyone, rulebook.getPlan)
        plugin.answer(GetChecklist.self, access: .anyone, rulebook.getChecklist)
        plugin.answer(GetApplication.self, access: .signedIn, rulebook.getApplication)
        plugin.answer(FindApplications.self, access: .signedIn, rulebook.findApplications)
        plugin.answer(GetStageTimes.self, access: applicants, heavy: true, rulebook.stageTimes)
        plugin.answer(GetDocument.self, access: .signedIn, rulebook.getDocument)

        plugin.announces(ApplicationSubmitted.self, titled: "提交申报")
        plugin.announces(ApplicationAdvanced.self, titled: "申报办理")
        plugin.announces(NodeRecognised.self, titled: "加入平台网络")
        plugin.announces(NodeStateChanged.self, titled: "状态变更")
        plugin.announces(NodeMoved.self, titled: "调整上级平台")
        plugin.announces(OperatorChanged.self, titled: "更换运营单位")
        plugin.announces(PlanChanged.self, titled: "下达建设计划")
        plugin.announces(EligibleUnitMarked.self, titled: "登记应覆盖单位")
        plugin.announces(ChecklistRecorded.self, titled: "标准化检查")
    }

    /// `/api/{site}/registry/…`
    private static func programs(_ plugin: inout Registration<RegistrySettings>) {
        plugin.expose(FindNodes.self, as: .get("/nodes"))
        plugin.expose(ImportNode.self, as: .post("/nodes"))
        plugin.expose(GetNode.self, as: .get("/nodes/{id}"))
        plugin.expose(ChangeOperator.self, as: .post("/nodes/{node}/operator"))
        plugin.expose(MoveNode.self, as: .post("/nodes/{node}/parent"))
        plugin.expose(GetChecklist.self, as: .get("/nodes/{id}/checklist"))
        plugin.expose(RecordChecklistItem.self, as: .post("/nodes/{node}/checklist"))
        plugin.expose(GetTree.self, as: .get("/tree"))
        plugin.expose(CountNodes.self, as: .get("/counts"))
        plugin.expose(GetCoverage.self, as: .get("/coverage/{level}"))
        plugin.expose(FindEligibleUnits.self, as: .get("/eligible/{level}"))
        plugin.expose(MarkEligible.self, as: .post("/eligible/{level}"))
        plugin.expose(GetPlan.self, as: .get("/plans/{year}"))
        plugin.expose(SetAnnualPlan.self, as: .put("/plans/{year}"))
        plugin.expose(FindApplications.self, as: .get("/applications"))
        plugin.expose(SubmitApplication.self, as: .post("/applications"))
        plugin.expose(GetApplication.self, as: .get("/applications/{id}"))
        plugin.expose(AdvanceApplication.self, as: .post("/applications/{application}/steps"))
        plugin.expose(ResubmitApplication.self, as: .put("/applications/{application}"))
        plugin.expose(GetStageTimes.self, as: .get("/stage-times"))
        plugin.expose(GetDocument.self, as: .get("/documents/{digest}"))
    }

    private static func pages(_ plugin: inout Registration<RegistrySettings>, _ pages: RegistryPages) {
        plugin.page("/", access: .anyone, pages.front)
        plugin.page("/map", access: .anyone, pages.map)
        plugin.page("/map/{city}", access: .anyone, pages.map)
        plugin.page("/tree", access: .anyone, pages.tree)
        plugin.page("/nodes", access: .anyone, pages.nodes)
        plugin.page("/nodes.csv", access: .anyone, pages.nodesCSV)
        plugin.page("/nodes/{id}", access: .anyone, pages.node)
        plugin.post("/nodes/{id}/operator", access: province, pages.changeOperator)
        plugin.post("/nodes/{id}/move", access: province, pages.move)
        plugin.page("/nodes/{id}/checklist", access: .anyone, pages.checklist)
        plugin.post("/nodes/{id}/checklist", access: .role(.cityStaff, .provinceStaff), pages.recordCheck)
        plugin.page("/plan", access: .anyone, pages.plan)
        plugin.post("/plan", access: province, pages.setPlan)
        plugin.page("/plan.csv", access: .anyone, pages.planCSV)
        plugin.page("/coverage", access: .anyone, pages.coverage)
        plugin.page("/coverage.csv", access: .anyone, pages.coverageCSV)
        plugin.page("/review", access: applicants, pages.review)
        plugin.page("/times", access: applicants, pages.times)
        plugin.page("/applications/mine", access: applicants, pages.mine)
        plugin.page("/applications/new", access: applicants, pages.newApplication)
        plugin.post("/applications", access: applicants, pages.submit)
        plugin.page("/applications/{id}", access: .signedIn, pages.application)
        plugin.post("/applications/{id}/advance", access: applicants, pages.advance)
        plugin.page("/applications/{id}/correct", access: applicants, pages.correctForm)
        plugin.post("/applications/{id}/correct", access: applicants, pages.correct)
        plugin.page("/files/{digest}", access: .signedIn, pages.file)
    }

    private static func people(_ plugin: inout Registration<RegistrySettings>, _ rulebook: Rulebook) {
        plugin.navigation("平台网络地图", "/map", note: "各市州、县市区窗口平台一览", icon: .map)
        plugin.navigation("平台名录", "/nodes", note: "查找身边的窗口平台", icon: .building)
        plugin.navigation("覆盖情况", "/coverage", note: "任意一天、任意层级的覆盖率", icon: .chart)
        plugin.navigation("建设计划", "/plan", note: "年度计划与完成情况", icon: .calendar)
        plugin.navigation("申报与评审", "/review", note: "受理、初审、评审、验收、认定", icon: .inbox, access: applicants)
        plugin.navigation(
            "我的申报", "/applications/mine", note: "提交申报，查看进展", icon: .document, access: .role(.windowStaff, .cityStaff))
        plugin.todo(access: applicants, rulebook.todos)
        plugin.homeBlock(order: 10, rulebook.homeBlock)
        plugin.search(access: .anyone, rulebook.search)
    }
}

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
        programs(&plugin, rulebook)
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
    private static func programs(_ plugin: inout Registration<RegistrySettings>, _ rulebook: Rulebook) {
        plugin.expose(FindNodes.self, as: .get("/nodes"), titled: "查找平台", example: FindNodes(kind: .county, limit: 2))
        plugin.expose(ImportNode.self, as: .post("/nodes"), titled: "导入存量平台")
        plugin.expose(GetNode.self, as: .get("/nodes/{id}"), titled: "查看平台")
        plugin.expose(ChangeOperator.self, as: .post("/nodes/{node}/operator"), titled: "更换运营单位", changing: { GetNode(id: $0.node) })
        plugin.expose(MoveNode.self, as: .post("/nodes/{node}/parent"), titled: "调整上级平台", changing: { GetNode(id: $0.node) })
        plugin.expose(GetChecklist.self, as: .get("/nodes/{id}/checklist"), titled: "查看标准化检查")
        plugin.expose(
            RecordChecklistItem.self, as: .post("/nodes/{node}/checklist"), titled: "登记标准化检查",
            changing: { GetChecklist(id: $0.node) })
        plugin.expose(GetTree.self, as: .get("/tree"), titled: "查看某日的平台网络层级")
        plugin.expose(CountNodes.self, as: .get("/counts"), titled: "统计平台数量")
        plugin.expose(GetCoverage.self, as: .get("/coverage/{level}"), titled: "查看某日的覆盖率", example: GetCoverage(level: .county))
        plugin.expose(
            FindEligibleUnits.self, as: .get("/eligible/{level}"), titled: "查看应覆盖单位", example: FindEligibleUnits(level: .city, limit: 3))
        plugin.expose(MarkEligible.self, as: .post("/eligible/{level}"), titled: "登记应覆盖单位")
        plugin.expose(GetPlan.self, as: .get("/plans/{year}"), titled: "查看年度建设计划", example: GetPlan(year: 2026))
        plugin.expose(
            SetAnnualPlan.self, as: .put("/plans/{year}"), titled: "下达年度建设计划", changing: { GetPlan(year: $0.year) },
            example: RegionCode("430181").map { SetAnnualPlan(year: 2026, counties: [$0], document: "湘工信中小服务〔2026〕1号（示例）") })
        plugin.expose(FindApplications.self, as: .get("/applications"), titled: "查找申报", example: FindApplications(limit: 2))
        plugin.expose(SubmitApplication.self, as: .post("/applications"), titled: "提交申报")
        plugin.expose(GetApplication.self, as: .get("/applications/{id}"), titled: "查看申报")
        plugin.expose(
            AdvanceApplication.self, as: .post("/applications/{application}/steps"), titled: "办理申报的下一步",
            changing: { GetApplication(id: $0.application) })
        plugin.expose(
            ResubmitApplication.self, as: .put("/applications/{application}"), titled: "补正后重新提交申报",
            changing: { GetApplication(id: $0.application) })
        plugin.expose(GetStageTimes.self, as: .get("/stage-times"), titled: "统计各阶段用时")
        plugin.expose(GetDocument.self, as: .get("/documents/{digest}"), titled: "查看附件信息")
        plugin.refusals(RegistryRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
        plugin.attachments(upload: .role(.windowStaff, .cityStaff, .provinceStaff), find: rulebook.attachment, keeps: rulebook.keepsDocument)
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

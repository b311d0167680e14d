import AppealsContracts
import Bus
import HotlineContracts
import Messages
import Pages
public import PluginKit
import Store
import Vocabulary

/// 意见建议专栏: what enterprises want departments to hear is recorded, sent to the right ones, answered to everybody who raised it, and
/// what many raise becomes one common problem.
/// - Source: 湘经信中小服务〔2017〕711号 五; demands D4, D37, D38, D39
public struct Appeals: Plugin {
    public typealias Settings = AppealsSettings

    public static let manifest = Manifest(id: "appeals", title: "意见建议专栏", version: "1.0.0", needs: ["hotline"])

    public static func register(in plugin: inout Registration<AppealsSettings>) {
        let rulebook = Rulebook(settings: plugin.settings, regions: plugin.reference.regions, holidays: plugin.reference.holidays)
        plugin.migrations(Migrations.all)
        plugin.privacy(export: Records.of, erase: Records.erase)
        messages(&plugin, rulebook)
        programs(&plugin, rulebook)
        GeoReport.register(in: &plugin, rulebook)
        pages(&plugin, AppealsPages(rulebook: rulebook))
        plugin.navigation("意见建议专栏", "/", note: "向部门反映诉求、提出建议，件件有回音", icon: .appeal)
        plugin.navigation("诉求办理", "/desk", note: "受理、转办、归并、答复", icon: .inbox, access: staff)
        plugin.todo(access: staff, rulebook.todos)
        plugin.react(to: UnitSet.self, rulebook.know)
        plugin.every(.seconds(60), "call what is due", rulebook.callDue)
        plugin.every(.seconds(600), "open the anonymous box", rulebook.openBox)
        plugin.every(.seconds(3600), "reckon provisional deadlines anew", rulebook.recalculate)
    }

    static let desk = Access.role(.windowStaff, .cityStaff, .provinceStaff)
    static let staff = Access.role(.windowStaff, .cityStaff, .provinceStaff, .departmentHandler)

    private static func messages(_ plugin: inout Registration<AppealsSettings>, _ rulebook: Rulebook) {
        plugin.handle(SubmitAppeal.self, access: .anyone, rulebook.submit)
        plugin.handle(DropAnonymously.self, access: .anyone, rulebook.drop)
        plugin.handle(RateCase.self, access: .anyone, rulebook.rate)
        plugin.handle(AdvanceCase.self, access: desk, rulebook.advance)
        plugin.handle(AdvancePart.self, access: staff, rulebook.advancePart)
        plugin.handle(MergeCases.self, access: desk, rulebook.merge)
        plugin.handle(PublishCase.self, access: desk, rulebook.publish)

        plugin.answer(FindCases.self, access: staff, rulebook.findCases)
        plugin.answer(GetCase.self, access: staff, rulebook.getCase)
        plugin.answer(LookUpCase.self, access: .anyone, rulebook.lookUp)
        plugin.answer(ProposeDepartments.self, access: .anyone, rulebook.propose)
        plugin.answer(GetColumnStatistics.self, access: .anyone, heavy: true, rulebook.statistics)
        plugin.answer(FindPublished.self, access: .anyone, rulebook.findPublished)
        plugin.answer(FindRequests.self, access: .anyone, heavy: true, rulebook.findRequests)
        plugin.answer(LookUpToken.self, access: .anyone, rulebook.lookUpToken)

        plugin.announces(AppealSubmitted.self, titled: "提交诉求")
        plugin.announces(PartSent.self, titled: "转办到部门")
        plugin.announces(CaseMoved.self, titled: "办理诉求")
        plugin.announces(SubmitterInformed.self, titled: "告知提交人")
    }

    /// `/api/{site}/appeals/…`
    private static func programs(_ plugin: inout Registration<AppealsSettings>, _ rulebook: Rulebook) {
        plugin.expose(FindCases.self, as: .get("/cases"), titled: "查找诉求", example: FindCases(limit: 2))
        plugin.expose(SubmitAppeal.self, as: .post("/cases"), titled: "提交诉求")
        plugin.expose(GetCase.self, as: .get("/cases/{number}"), titled: "查看诉求")
        plugin.expose(AdvanceCase.self, as: .post("/cases/{number}/steps"), titled: "办理诉求")
        plugin.expose(AdvancePart.self, as: .post("/cases/{number}/parts/{department}/steps"), titled: "部门办理")
        plugin.expose(RateCase.self, as: .post("/cases/{number}/rating"), titled: "凭查询码评价")
        plugin.expose(PublishCase.self, as: .post("/cases/{number}/publication"), titled: "公开答复")
        plugin.expose(MergeCases.self, as: .post("/merges"), titled: "归并为共性问题")
        plugin.expose(ProposeDepartments.self, as: .get("/departments"), titled: "推荐承办部门")
        plugin.expose(FindPublished.self, as: .get("/published"), titled: "查看已公开的答复", example: FindPublished(limit: 2))
        plugin.expose(GetColumnStatistics.self, as: .get("/statistics"), titled: "查看专栏统计")
        plugin.attachments(
            upload: .role(.enterprise, .windowStaff, .cityStaff, .provinceStaff), find: rulebook.attachment,
            keeps: rulebook.keeps)
        plugin.refusals(AppealsRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
    }

    private static func pages(_ plugin: inout Registration<AppealsSettings>, _ pages: AppealsPages) {
        plugin.page("/", access: .anyone, pages.front)
        plugin.page("/board", access: .anyone, pages.board)
        plugin.page("/statistics", access: .anyone, pages.statistics)
        plugin.page("/statistics.csv", access: .anyone, pages.statisticsCSV)
        plugin.page("/submit", access: .anyone, pages.submitForm)
        plugin.post("/submit", access: .anyone, pages.submit)
        plugin.page("/anonymous", access: .anyone, pages.anonymousForm)
        plugin.post("/anonymous", access: .anyone, pages.drop)
        plugin.page("/lookup", access: .anyone, pages.lookUpForm)
        plugin.post("/lookup", access: .anyone, pages.lookUp)
        plugin.post("/lookup/rate", access: .anyone, pages.rate)
        plugin.page("/desk", access: staff, pages.desk)
        plugin.post("/merge", access: desk, pages.merge)
        plugin.page("/cases/{number}", access: staff, pages.appeal)
        plugin.post("/cases/{number}/advance", access: desk, pages.advance)
        plugin.post("/cases/{number}/part", access: staff, pages.part)
        plugin.post("/cases/{number}/publish", access: desk, pages.publish)
    }
}

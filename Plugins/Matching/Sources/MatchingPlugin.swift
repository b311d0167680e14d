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
        matchmakings(&plugin, rulebook)
        calls(&plugin, rulebook)
        register(&plugin, rulebook)
        programs(&plugin)
        pages(&plugin, MatchingPages(rulebook: rulebook))
        plugin.navigation("提需求", "/new", note: "说清需要，由窗口和机构来对接", icon: .demand, access: owners)
        plugin.navigation("需求对接", "/demands", note: "需求的进展、邀请和响应", icon: .inbox, access: everybody)
        plugin.navigation("对接会", "/matchmaking", note: "企业和服务机构一对一洽谈", icon: .calendar)
        plugin.navigation("企业名录", "/enterprises", note: "责任窗口、服务专员和联系记录", icon: .building, access: staff)
        plugin.navigation("供需短板", "/gap", note: "哪里缺什么服务", icon: .chart)
        plugin.navigation("征集服务机构", "/calls", note: "各地缺什么服务，机构可以应征", icon: .people)
        plugin.todo(access: everybody, rulebook.todos)
        plugin.todo(access: .role(.agency), rulebook.callTodos)
    }

    private static func messages(_ plugin: inout Registration<MatchingSettings>, _ rulebook: Rulebook) {
        plugin.handle(SubmitDemand.self, access: owners, rulebook.submit)
        plugin.handle(AdvanceDemand.self, access: everybody, rulebook.advance)
        plugin.handle(ReceiveDemand.self, access: .system, rulebook.receive)
        plugin.handle(ForwardDemandStep.self, access: .system, rulebook.takeForwarded)
        plugin.sends(ReceiveDemand.self)
        plugin.sends(ForwardDemandStep.self)
        plugin.handle(OrderForDemand.self, access: .role(.enterprise), rulebook.order)
        plugin.sends(PlaceOrder.self)
        plugin.react(to: OrderAdvanced.self, rulebook.hear)
        plugin.announces(DemandOrdered.self, titled: "向机构下单")
        plugin.story(of: "demand", at: "/demands/{id}", rulebook.story)
        plugin.receipts(of: ForwardDemandStep.self, rulebook.hearReceipt)
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
        plugin.announces(DemandDueSoon.self, titled: "需求临期提醒")
        plugin.announces(DemandOverdue.self, titled: "需求逾期")
        plugin.announces(CommonDemandChanged.self, titled: "共性需求变更")
        plugin.announces(DemandAnswered.self, titled: "共性需求答复")
        // What is offered, as the markets of the whole network tell it.
        plugin.react(to: AgencyChanged.self, from: .everywhere, rulebook.hear)
        plugin.react(to: ServiceChanged.self, from: .everywhere, rulebook.hear)
        plugin.react(to: ServiceCompleted.self, from: .everywhere, rulebook.hear)
        plugin.react(to: ServiceRated.self, from: .everywhere, rulebook.hear)
        plugin.every(.seconds(600), "escalate demands that nobody answers", rulebook.watch)
    }

    /// 征集服务机构: from the supply gap to the agencies of the whole network.
    private static func calls(_ plugin: inout Registration<MatchingSettings>, _ rulebook: Rulebook) {
        plugin.handle(PublishCall.self, access: staff, rulebook.publish)
        plugin.handle(CloseCall.self, access: staff, rulebook.close)
        plugin.handle(OfferToCall.self, access: .role(.agency), rulebook.offer)
        plugin.handle(ForwardOffer.self, access: .system, rulebook.takeForwarded)
        plugin.sends(ForwardOffer.self)
        plugin.receipts(of: ForwardOffer.self, rulebook.hearOfferReceipt)
        plugin.answer(FindCalls.self, access: .anyone, rulebook.findCalls)
        plugin.answer(GetCall.self, access: .anyone, rulebook.getCall)
        plugin.announces(CallChanged.self, titled: "征集变更")
        plugin.announces(CallAnswered.self, titled: "机构应征")
        plugin.react(to: CallChanged.self, from: .network, rulebook.hear)
        plugin.expose(FindCalls.self, as: .get("/calls"), titled: "查找征集", example: FindCalls())
        plugin.expose(PublishCall.self, as: .post("/calls"), titled: "发布征集")
        plugin.expose(GetCall.self, as: .get("/calls/{id}"), titled: "查看征集")
        plugin.expose(OfferToCall.self, as: .post("/calls/{call}/offers"), titled: "应征", changing: { GetCall(id: $0.call) })
        plugin.expose(CloseCall.self, as: .post("/calls/{call}/closing"), titled: "结束征集", changing: { GetCall(id: $0.call) })
    }

    private static func matchmakings(_ plugin: inout Registration<MatchingSettings>, _ rulebook: Rulebook) {
        plugin.handle(SaveMatchmaking.self, access: staff, rulebook.save)
        plugin.handle(AdvanceMatchmaking.self, access: staff, rulebook.advance)
        plugin.handle(InviteToMatchmaking.self, access: staff, rulebook.invite)
        plugin.handle(AttendMatchmaking.self, access: everybody, rulebook.attend)
        plugin.handle(StateWishes.self, access: everybody, rulebook.state)
        plugin.handle(RecordTalk.self, access: everybody, rulebook.record)
        plugin.handle(RecordPlan.self, access: .system, rulebook.record)
        plugin.answer(FindMatchmakings.self, access: .anyone, rulebook.findMatchmakings)
        plugin.answer(GetMatchmaking.self, access: .anyone, rulebook.getMatchmaking)
        plugin.answer(GetMatchmakingDesk.self, access: everybody, heavy: true, rulebook.getDesk)
        plugin.answer(FindFollowUps.self, access: everybody, heavy: true, rulebook.findFollowUps)
        plugin.answer(GetTalk.self, access: everybody, rulebook.getTalk)
        plugin.answer(GetPlanInput.self, access: .system, heavy: true, rulebook.planInput)
        plugin.perform(PlanTalks.self, PlanTalks.perform)
        plugin.every(.seconds(3600), "tell of follow-ups that are due", rulebook.watchFollowUps)
        plugin.announces(MatchmakingAdvanced.self, titled: "对接会办理")
        plugin.announces(AttendanceChanged.self, titled: "参会变更")
        plugin.announces(TalksPlanned.self, titled: "排定洽谈")
        plugin.announces(TalkRecorded.self, titled: "洽谈结果")
        plugin.announces(FollowUpDue.self, titled: "跟踪到期")
        plugin.expose(FindMatchmakings.self, as: .get("/matchmakings"), titled: "查找对接会", example: FindMatchmakings(limit: 2))
        plugin.expose(SaveMatchmaking.self, as: .post("/matchmakings"), titled: "筹备或修改对接会")
        plugin.expose(GetMatchmaking.self, as: .get("/matchmakings/{id}"), titled: "查看对接会")
        plugin.expose(AdvanceMatchmaking.self, as: .post("/matchmakings/{matchmaking}/steps"), titled: "办理对接会的下一步", changing: { GetMatchmaking(id: $0.matchmaking) })
        plugin.expose(GetMatchmakingDesk.self, as: .get("/matchmakings/{id}/desk"), titled: "名单、志愿和洽谈安排")
        plugin.expose(InviteToMatchmaking.self, as: .post("/matchmakings/{matchmaking}/invitations"), titled: "邀请单位")
        plugin.expose(AttendMatchmaking.self, as: .put("/matchmakings/{matchmaking}/attendance"), titled: "报名、答复邀请或退出")
        plugin.expose(StateWishes.self, as: .put("/matchmakings/{matchmaking}/wishes"), titled: "填报志愿")
        plugin.expose(GetTalk.self, as: .get("/talks/{id}"), titled: "查看洽谈")
        plugin.expose(RecordTalk.self, as: .post("/talks/{talk}/results"), titled: "登记洽谈或跟踪结果", changing: { GetTalk(id: $0.talk) })
        plugin.expose(FindFollowUps.self, as: .get("/follow-ups"), titled: "待跟踪的洽谈", example: FindFollowUps())
    }

    private static func register(_ plugin: inout Registration<MatchingSettings>, _ rulebook: Rulebook) {
        plugin.takes(ImportEnterprises.self, as: "enterprises", titled: "企业名录", columns: ImportEnterprises.columns, each: rulebook.take, finish: rulebook.imported)
        plugin.takes(ImportDemands.self, as: "demands", titled: "需求", columns: ImportDemands.columns, each: rulebook.takeDemand)
        plugin.handle(TakeServiceDuty.self, access: staff, rulebook.take)
        plugin.handle(RecordContact.self, access: staff, rulebook.record)
        plugin.answer(FindEnterprises.self, access: staff, heavy: true, rulebook.findEnterprises)
        plugin.answer(GetEnterprise.self, access: staff, rulebook.getEnterprise)
        plugin.announces(EnterprisesImported.self, titled: "导入企业名录")
        plugin.announces(EnterpriseContacted.self, titled: "联系企业")
        plugin.expose(FindEnterprises.self, as: .get("/enterprises"), titled: "企业名录", example: FindEnterprises(silentDays: 90))
        plugin.expose(GetEnterprise.self, as: .get("/enterprises/{code}"), titled: "查看企业")
        plugin.expose(TakeServiceDuty.self, as: .post("/service-duties"), titled: "认领服务专员")
        plugin.expose(RecordContact.self, as: .post("/enterprises/{enterprise}/contacts"), titled: "登记联系", changing: { GetEnterprise(code: $0.enterprise) })
    }

    /// `/api/{site}/matching/…`
    private static func programs(_ plugin: inout Registration<MatchingSettings>) {
        plugin.expose(FindDemands.self, as: .get("/demands"), titled: "查找需求", example: FindDemands(box: .enterprise, limit: 2))
        plugin.expose(SubmitDemand.self, as: .post("/demands"), titled: "提出需求")
        plugin.expose(GetDemand.self, as: .get("/demands/{id}"), titled: "查看需求")
        plugin.expose(OrderForDemand.self, as: .post("/demands/{demand}/order"), titled: "向承接机构下单")
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
        plugin.post("/demands/{id}/order", access: .role(.enterprise), pages.order)
        plugin.post("/demands/{id}/merge", access: staff, pages.merge)
        plugin.post("/demands/{id}/split", access: staff, pages.split)
        plugin.page("/common", access: staff, pages.common)
        plugin.post("/common/{id}/answer", access: staff, pages.answer)
        plugin.page("/gap", access: .anyone, pages.gap)
        plugin.page("/calls", access: .anyone, pages.calls)
        plugin.post("/calls", access: staff, pages.publishCall)
        plugin.page("/calls/new", access: staff, pages.callForm)
        plugin.page("/calls/{id}", access: .anyone, pages.call)
        plugin.post("/calls/{id}/offer", access: .role(.agency), pages.offerToCall)
        plugin.post("/calls/{id}/close", access: staff, pages.closeCall)
        plugin.page("/matchmaking", access: .anyone, pages.matchmakings)
        plugin.page("/matchmaking/new", access: staff, pages.matchmakingForm)
        plugin.post("/matchmaking", access: staff, pages.saveMatchmaking)
        plugin.page("/matchmaking/{id}", access: .anyone, pages.matchmaking)
        plugin.page("/matchmaking/{id}/edit", access: staff, pages.matchmakingForm)
        plugin.post("/matchmaking/{id}/edit", access: staff, pages.saveMatchmaking)
        plugin.post("/matchmaking/{id}/advance", access: staff, pages.advanceMatchmaking)
        plugin.post("/matchmaking/{id}/invite", access: staff, pages.inviteToMatchmaking)
        plugin.post("/matchmaking/{id}/attend", access: everybody, pages.attend)
        plugin.post("/matchmaking/{id}/wishes", access: everybody, pages.stateWishes)
        plugin.page("/matchmaking/{id}/schedule", access: staff, pages.schedule)
        plugin.page("/talks/{id}", access: everybody, pages.talk)
        plugin.post("/talks/{id}", access: everybody, pages.recordTalk)
        plugin.page("/follow-ups", access: staff, pages.followUps)
        plugin.page("/enterprises", access: staff, pages.enterprises)
        plugin.page("/enterprises.csv", access: staff, pages.enterprisesCSV)
        plugin.post("/enterprises", access: staff, pages.takeDuty)
        plugin.page("/enterprises/{code}", access: staff, pages.enterprise)
        plugin.post("/enterprises/{code}", access: staff, pages.recordContact)
    }
}

import AppealsContracts
import Bus
import HotlineContracts
import MarketContracts
import MatchingContracts
import Messages
import Pages
public import PluginKit
import Store
import Vocabulary

/// 96871 服务热线: what callers ask for is recorded, reaches the right hands, is answered in time, and is asked about afterwards.
/// - Source: 湘经信中小服务〔2017〕711号 五; 国办发〔2020〕53号; GB/T 33358-2016; demands D12, D34, D39, D45
public struct Hotline: Plugin {
    public typealias Settings = HotlineSettings

    public static let manifest = Manifest(id: "hotline", title: "96871热线", version: "1.0.0")

    public static func register(in plugin: inout Registration<HotlineSettings>) {
        let rulebook = Rulebook(
            settings: plugin.settings, regions: plugin.reference.regions, holidays: plugin.reference.holidays,
            serviceCategories: plugin.reference.serviceCategories)
        plugin.migrations(Migrations.all)
        plugin.privacy(export: Records.of, erase: Records.erase)
        messages(&plugin, rulebook)
        followOns(&plugin, rulebook)
        programs(&plugin)
        pages(&plugin, HotlinePages(rulebook: rulebook))
        people(&plugin, rulebook)
        plugin.every(.seconds(60), "call what is due", rulebook.callDue)
        plugin.every(.seconds(5), "tend the queue of calls", rulebook.tendQueue)
        plugin.every(.seconds(60), "seal secrets of lines", rulebook.sealLines)
        plugin.every(.seconds(60), "seal confidential orders", rulebook.veilOld)
        plugin.every(.seconds(60), "give up silent calls", rulebook.forgetSilent)
        plugin.every(.seconds(3600), "reckon provisional deadlines anew", rulebook.recalculate)
    }

    /// Who records and dispatches; the handlers check the region.
    static let desk = Access.role(.windowStaff, .cityStaff, .provinceStaff)
    /// Also those who handle.
    static let staff = Access.role(.windowStaff, .cityStaff, .provinceStaff, .departmentHandler)
    private static let supervisors = Access.role(.cityStaff, .provinceStaff)

    private static func messages(_ plugin: inout Registration<HotlineSettings>, _ rulebook: Rulebook) {
        plugin.handle(RegisterOrder.self, access: desk, rulebook.register)
        plugin.handle(HotlineContracts.AdvanceOrder.self, access: staff, rulebook.advance)
        plugin.handle(IssueCode.self, access: desk, rulebook.issueCode)
        plugin.handle(HotlineContracts.RateOrder.self, access: .anyone, rulebook.rateByCaller)
        plugin.handle(InviteRating.self, access: desk, rulebook.inviteRating)
        plugin.handle(SetUnit.self, access: supervisors, rulebook.setUnit)
        plugin.handle(PutArticle.self, access: desk, rulebook.putArticle)

        plugin.handle(TransferOrder.self, access: desk, rulebook.transfer)
        plugin.handle(NumberTransfer.self, access: staff, rulebook.numberTransfer)
        plugin.handle(RateTransfer.self, access: desk, rulebook.rateTransfer)
        plugin.answer(GetTransfer.self, access: staff, rulebook.getTransfer)
        plugin.handle(ReceiveCallEvent.self, access: .anyone, rulebook.receive)
        plugin.handle(SetLine.self, access: supervisors, rulebook.setLine)
        plugin.handle(SetSeat.self, access: supervisors, rulebook.setSeat)
        plugin.handle(SetPresence.self, access: desk, rulebook.setPresence)
        plugin.handle(InviteToCall.self, access: desk, rulebook.invite)
        plugin.handle(OpenRecording.self, access: desk, rulebook.openRecording)

        plugin.answer(GetSeat.self, access: desk, rulebook.getSeat)
        plugin.answer(GetCall.self, access: staff, rulebook.getCall)
        plugin.answer(FindCalls.self, access: desk, rulebook.findCalls)
        plugin.answer(FindSeats.self, access: desk, rulebook.findSeats)
        plugin.answer(GetBoard.self, access: desk, rulebook.getBoard)
        plugin.answer(HotlineContracts.FindOrders.self, access: staff, rulebook.findOrders)
        plugin.answer(FindSimilarOrders.self, access: desk, rulebook.findSimilar)
        plugin.answer(HotlineContracts.GetOrder.self, access: staff, rulebook.getOrder)
        plugin.answer(LookUpOrder.self, access: .anyone, rulebook.lookUp)
        plugin.answer(FindUnits.self, access: staff, rulebook.findUnits)
        plugin.answer(FindArticles.self, access: .anyone, rulebook.findArticles)
        plugin.answer(SuggestArticles.self, access: desk, rulebook.suggest)
        plugin.answer(GetStatistics.self, access: .anyone, rulebook.getStatistics)

        plugin.announces(OrderRegistered.self, titled: "登记工单")
        plugin.announces(HotlineContracts.OrderAdvanced.self, titled: "办理工单")
        plugin.announces(OrderRated.self, titled: "企业评价")
        plugin.announces(RatingWanted.self, titled: "以短信邀请评价")
        plugin.announces(OrderDue.self, titled: "期限提醒")
        plugin.announces(UnitSet.self, titled: "登记承办单位")
        plugin.announces(CallMoved.self, titled: "通话变化")
        plugin.announces(InvitedToCall.self, titled: "邀请加入通话")
        plugin.announces(RecordingOpened.self, titled: "调听录音")
        plugin.announces(ArticlePut.self, titled: "更新知识库")
    }

    /// What a work order leads to in other plug-ins, where the site has them.
    private static func followOns(_ plugin: inout Registration<HotlineSettings>, _ rulebook: Rulebook) {
        plugin.handle(OpenFollowOn.self, access: desk, rulebook.openFollowOn)
        plugin.announces(FollowOnOpened.self, titled: "转入其他业务")
        plugin.sends(PlaceOrder.self)
        plugin.sends(SubmitDemand.self)
        plugin.sends(SubmitAppeal.self)
        plugin.asks(SearchServices.self)
        plugin.react(to: MarketContracts.OrderAdvanced.self, rulebook.hear)
        plugin.react(to: DemandAdvanced.self, rulebook.hear)
        plugin.react(to: AppealSubmitted.self, rulebook.hear)
        plugin.react(to: CaseMoved.self, rulebook.hear)
        plugin.expose(OpenFollowOn.self, as: .post("/orders/{order}/follow-ons"), titled: "由工单订购服务、提出需求或提交诉求")
    }

    /// `/api/{site}/hotline/…`
    private static func programs(_ plugin: inout Registration<HotlineSettings>) {
        plugin.expose(HotlineContracts.FindOrders.self, as: .get("/orders"), titled: "查找工单", example: HotlineContracts.FindOrders(limit: 2))
        plugin.expose(RegisterOrder.self, as: .post("/orders"), titled: "登记工单")
        plugin.expose(HotlineContracts.GetOrder.self, as: .get("/orders/{number}"), titled: "查看工单")
        plugin.expose(HotlineContracts.AdvanceOrder.self, as: .post("/orders/{order}/steps"), titled: "办理工单的下一步")
        plugin.expose(IssueCode.self, as: .post("/orders/{number}/code"), titled: "重发查询码")
        plugin.expose(HotlineContracts.RateOrder.self, as: .post("/orders/{number}/rating"), titled: "评价办理结果")
        plugin.expose(InviteRating.self, as: .post("/orders/{number}/rating-link"), titled: "邀请来电人评价")
        plugin.expose(FindUnits.self, as: .get("/units"), titled: "查找承办单位")
        plugin.expose(SetUnit.self, as: .put("/units/{id}"), titled: "登记承办单位")
        plugin.expose(FindArticles.self, as: .get("/articles"), titled: "查找知识条目", example: FindArticles(limit: 2))
        plugin.expose(
            SuggestArticles.self, as: .get("/articles/suggestions"), titled: "按已写的内容推荐知识条目", example: SuggestArticles(text: "贷款贴息的比例"))
        plugin.expose(PutArticle.self, as: .post("/articles"), titled: "更新知识库")
        plugin.expose(GetStatistics.self, as: .get("/statistics"), titled: "查看热线统计")
        plugin.expose(TransferOrder.self, as: .post("/transfers"), titled: "转入另一热线的事项")
        plugin.expose(NumberTransfer.self, as: .post("/orders/{order}/foreign-number"), titled: "登记承接热线的编号")
        plugin.expose(RateTransfer.self, as: .post("/transfers/rating"), titled: "另一热线回访的评价")
        plugin.expose(
            GetTransfer.self, as: .get("/transfers"), titled: "按对方编号查询", example: GetTransfer(foreignNumber: "12345-1"))
        plugin.receive(
            ReceiveCallEvent.self, as: .post("/lines/{line}/events"), titled: "上报通话与坐席事件",
            body: CallEvent(
                .callOffered, at: Timestamp(milliseconds: 1_772_413_200_000),
                .init(call: "5f3a", to: "96871", skill: "05")))
        plugin.expose(SetLine.self, as: .put("/lines/{id}"), titled: "登记接入线路")
        plugin.expose(SetSeat.self, as: .put("/seats/{id}"), titled: "登记坐席")
        plugin.expose(FindSeats.self, as: .get("/seats"), titled: "查看坐席与线路")
        plugin.expose(FindCalls.self, as: .get("/calls"), titled: "查找通话", example: FindCalls(limit: 2))
        plugin.expose(GetCall.self, as: .get("/calls/{id}"), titled: "查看通话", example: GetCall(id: 1))
        plugin.expose(GetBoard.self, as: .get("/board"), titled: "查看热线运行看板")
        plugin.refusals(HotlineRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
    }

    private static func pages(_ plugin: inout Registration<HotlineSettings>, _ pages: HotlinePages) {
        plugin.page("/", access: .anyone, pages.front)
        plugin.page("/lookup", access: .anyone, pages.lookUpForm)
        plugin.post("/lookup", access: .anyone, pages.lookUp)
        plugin.post("/lookup/rate", access: .anyone, pages.rate)
        plugin.page("/rate", access: .anyone, pages.rateForm)
        plugin.post("/rate", access: .anyone, pages.rateByLink)
        plugin.page("/asked/{number}", access: .role(.enterprise), pages.rateForm)
        plugin.post("/asked/{number}", access: .role(.enterprise), pages.rateByLink)
        plugin.page("/knowledge", access: .anyone, pages.knowledge)
        plugin.page("/knowledge/new", access: desk, pages.articleForm)
        plugin.post("/knowledge", access: desk, pages.putArticle)
        plugin.page("/statistics", access: .anyone, pages.statistics)
        plugin.page("/statistics.csv", access: .anyone, pages.statisticsCSV)
        plugin.page("/desk", access: staff, pages.desk)
        plugin.page("/desk.csv", access: staff, pages.deskCSV)
        plugin.page("/supervision", access: desk, pages.supervision)
        plugin.page("/supervision/now", access: desk, pages.supervisionNow)
        plugin.page("/seat", access: desk, pages.seat)
        plugin.page("/seat/now", access: desk, pages.seatNow)
        plugin.post("/seat", access: desk, pages.setPresence)
        plugin.page("/seats", access: desk, pages.seats)
        plugin.post("/seats", access: supervisors, pages.setSeat)
        plugin.post("/lines", access: supervisors, pages.setLine)
        plugin.page("/calls", access: desk, pages.calls)
        plugin.page("/calls/{id}", access: staff, pages.call)
        plugin.post("/calls/{id}/invitations", access: desk, pages.invite)
        plugin.post("/calls/{id}/recordings", access: desk, pages.openRecording)
        plugin.asset(SuggestScript.asset)
        plugin.page("/orders/new", access: desk, pages.orderForm)
        plugin.page("/orders/suggestions", access: desk, pages.suggestions)
        plugin.post("/orders", access: desk, pages.register)
        plugin.page("/orders/{number}", access: staff, pages.order)
        plugin.page("/orders/{number}/follow-on", access: desk, pages.followOnForm)
        plugin.post("/orders/{number}/follow-on", access: desk, pages.openFollowOn)
        plugin.post("/orders/{number}/advance", access: staff, pages.advance)
        plugin.post("/orders/{number}/code", access: desk, pages.issueCode)
        plugin.post("/orders/{number}/rating-link", access: desk, pages.inviteRating)
        plugin.page("/units", access: desk, pages.units)
        plugin.post("/units", access: supervisors, pages.setUnit)
    }

    private static func people(_ plugin: inout Registration<HotlineSettings>, _ rulebook: Rulebook) {
        plugin.navigation("96871热线", "/", note: "一个电话，问政策、找服务、反映问题", icon: .hotline)
        plugin.navigation("工单查询与评价", "/lookup", note: "凭编号和查询码，不用登录", icon: .search)
        plugin.navigation("工单台", "/desk", note: "登记、派单、签收、答复、回访", icon: .inbox, access: staff)
        plugin.navigation("我的坐席", "/seat", note: "接听来电，一键登记", icon: .hotline, access: desk)
        plugin.navigation("热线监督", "/supervision", note: "逾期、督办、待批，一屏看全", icon: .shield, access: desk)
        plugin.todo(access: staff, rulebook.todos)
        plugin.todo(access: staff, rulebook.invitations)
        plugin.todo(access: .role(.enterprise), rulebook.ratingsAsked)
        plugin.search(access: staff, rulebook.search)
    }
}

import Bus
import ExpoContracts
import MarketContracts
import MatchingContracts
import Messages
import Pages
public import PluginKit
import Store
import Vocabulary

/// 网上博览会: exhibitions with halls and booths; visitors who become leads; leads that become demands; what came of it.
/// - Source: 湘经信中小服务〔2017〕711号 三 (中小企业网上博览会), 六 (线上展示、对接), 十 (宣传); demands D28, D49, D70
public struct Expo: Plugin {
    public typealias Settings = ExpoSettings

    public static let manifest = Manifest(id: "expo", title: "网上博览会", version: "1.0.0", needs: ["matching"])

    public static func register(in plugin: inout Registration<ExpoSettings>) {
        let fair = Fair(settings: plugin.settings, regions: plugin.reference.regions, categories: plugin.reference.serviceCategories)
        plugin.migrations(Migrations.all)
        plugin.privacy(export: PersonRecords.of, erase: PersonRecords.erase)
        messages(&plugin, fair)
        programs(&plugin, fair)
        pages(&plugin, ExpoPages(fair: fair))
        people(&plugin, fair)
    }

    /// Handlers check region and organisation.
    private static let staff = Access.roles(Rights.staff)
    private static let exhibitors = Access.roles([.enterprise, .agency])
    private static let booths = Access.roles(Rights.staff + [.enterprise, .agency])

    private static func messages(_ plugin: inout Registration<ExpoSettings>, _ fair: Fair) {
        plugin.handle(SaveExhibition.self, access: staff, fair.saveExhibition)
        plugin.handle(AdvanceExhibition.self, access: staff, fair.advanceExhibition)
        plugin.handle(ApplyForBooth.self, access: exhibitors, fair.apply)
        plugin.handle(ReviewBooth.self, access: staff, fair.review)
        plugin.handle(SaveBooth.self, access: exhibitors, fair.save)
        plugin.handle(WithdrawBooth.self, access: booths, fair.withdraw)
        plugin.handle(FeatureBooth.self, access: staff, fair.feature)
        plugin.handle(FeatureExhibits.self, access: staff, fair.feature)
        plugin.handle(OfferSlots.self, access: exhibitors, fair.offerSlots)
        plugin.handle(TurnToBooth.self, access: .anyone, fair.turn)
        plugin.handle(AdvanceLead.self, access: exhibitors, fair.advanceLead)
        plugin.handle(RevealLead.self, access: exhibitors, fair.reveal)
        plugin.handle(ConvertLead.self, access: exhibitors, fair.convert)
        plugin.handle(OrderForLead.self, access: exhibitors, fair.order)
        plugin.handle(AskQuestion.self, access: .signedIn, fair.ask)
        plugin.handle(AnswerQuestion.self, access: exhibitors, fair.answer)
        plugin.handle(SetFavourite.self, access: .signedIn, fair.favour)
        plugin.sends(SubmitDemand.self)
        plugin.react(to: DemandAdvanced.self, fair.hear)
        // Where the site has Market.
        plugin.sends(PlaceOrder.self)
        plugin.asks(GetAgency.self)
        plugin.react(to: OrderAdvanced.self, fair.hear)
        plugin.react(to: BoothListed.self, from: .network, fair.hear)
        plugin.every(.seconds(60), "count visits", fair.countVisits)

        plugin.answer(FindExhibitions.self, access: .anyone, fair.findExhibitions)
        plugin.answer(GetExhibition.self, access: .anyone, fair.getExhibition)
        plugin.answer(FindBooths.self, access: .anyone, fair.findBooths)
        plugin.answer(GetBooth.self, access: .anyone, fair.getBooth)
        plugin.answer(FindFeaturedExhibits.self, access: .anyone, fair.findFeatured)
        plugin.answer(FindPicture.self, access: .anyone, fair.findPicture)
        plugin.answer(FindLeads.self, access: exhibitors, fair.findLeads)
        plugin.answer(GetLead.self, access: exhibitors, fair.getLead)
        plugin.answer(GetReport.self, access: booths, heavy: true, fair.getReport)

        plugin.story(of: "lead", at: "/leads/{id}", fair.story)
        plugin.announces(ExhibitionSaved.self, titled: "登记展会")
        plugin.announces(ExhibitionAdvanced.self, titled: "展会办理")
        plugin.announces(BoothApplied.self, titled: "申请参展")
        plugin.announces(BoothAdvanced.self, titled: "展位办理")
        plugin.announces(BoothListed.self, titled: "展位展出")
        plugin.announces(SlotsOffered.self, titled: "安排洽谈场次")
        plugin.announces(LeadLeft.self, titled: "访客联系")
        plugin.announces(LeadAdvanced.self, titled: "线索跟进")
        plugin.announces(LeadConverted.self, titled: "线索转为需求")
        plugin.announces(LeadOrdered.self, titled: "为线索代下订单")
        plugin.announces(LeadRevealed.self, titled: "查看访客联系方式")
        plugin.announces(QuestionAsked.self, titled: "提问")
        plugin.announces(QuestionAnswered.self, titled: "回答")
        plugin.announces(VisitsCounted.self, titled: "浏览计数")
        plugin.announces(HallVisitsCounted.self, titled: "展馆浏览计数")
        plugin.announces(ExhibitsFeatured.self, titled: "推荐展品")
    }

    /// `/api/{site}/expo/…`
    private static func programs(_ plugin: inout Registration<ExpoSettings>, _ fair: Fair) {
        plugin.expose(FindExhibitions.self, as: .get("/exhibitions"), titled: "查找展会", example: FindExhibitions(kind: .permanent, limit: 2))
        plugin.expose(SaveExhibition.self, as: .post("/exhibitions"), titled: "登记或修改展会")
        plugin.expose(GetExhibition.self, as: .get("/exhibitions/{id}"), titled: "查看展会")
        plugin.expose(AdvanceExhibition.self, as: .post("/exhibitions/{exhibition}/steps"), titled: "发布展会或闭展")
        plugin.expose(GetReport.self, as: .get("/exhibitions/{exhibition}/report"), titled: "查看展会成效")
        plugin.expose(ApplyForBooth.self, as: .post("/exhibitions/{exhibition}/booths"), titled: "申请参展")
        plugin.expose(FindBooths.self, as: .get("/booths"), titled: "查找展位", example: FindBooths(limit: 2))
        plugin.expose(GetBooth.self, as: .get("/booths/{id}"), titled: "查看展位")
        plugin.expose(SaveBooth.self, as: .put("/booths/{booth}"), titled: "修改展位", changing: { GetBooth(id: $0.booth) })
        plugin.expose(ReviewBooth.self, as: .post("/booths/{booth}/review"), titled: "审核展位")
        plugin.expose(WithdrawBooth.self, as: .post("/booths/{booth}/withdrawal"), titled: "撤展")
        plugin.expose(FeatureBooth.self, as: .put("/booths/{booth}/featured"), titled: "推荐展位")
        plugin.expose(FeatureExhibits.self, as: .put("/booths/{booth}/featured-exhibits"), titled: "推荐展品")
        plugin.expose(FindFeaturedExhibits.self, as: .get("/featured-exhibits"), titled: "查找推荐展品", example: FindFeaturedExhibits(limit: 2))
        plugin.expose(SetFavourite.self, as: .put("/booths/{booth}/favourite"), titled: "收藏展位")
        plugin.expose(OfferSlots.self, as: .post("/booths/{booth}/slots"), titled: "安排洽谈场次")
        plugin.expose(TurnToBooth.self, as: .post("/booths/{booth}/leads"), titled: "留名片、咨询或预约")
        plugin.expose(AskQuestion.self, as: .post("/booths/{booth}/questions"), titled: "向展位提问")
        plugin.expose(AnswerQuestion.self, as: .put("/booths/{booth}/questions/{question}"), titled: "回答提问")
        plugin.expose(FindPicture.self, as: .get("/pictures/{digest}"), titled: "查看图片或资料信息")
        plugin.expose(FindLeads.self, as: .get("/leads"), titled: "查找线索", example: FindLeads(limit: 2))
        plugin.expose(GetLead.self, as: .get("/leads/{id}"), titled: "查看线索")
        plugin.expose(AdvanceLead.self, as: .post("/leads/{lead}/steps"), titled: "跟进线索")
        plugin.expose(RevealLead.self, as: .post("/leads/{lead}/contact"), titled: "查看访客联系方式（留痕）")
        plugin.expose(ConvertLead.self, as: .post("/leads/{lead}/demand"), titled: "线索转为需求")
        plugin.expose(OrderForLead.self, as: .post("/leads/{lead}/order"), titled: "为线索代下订单")
        plugin.refusals(ExpoRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
        plugin.attachments(upload: exhibitors, find: fair.attachment, keeps: fair.keeps)
    }

    private static func pages(_ plugin: inout Registration<ExpoSettings>, _ pages: ExpoPages) {
        plugin.page("/", access: .anyone, kept: true, pages.front)
        plugin.page("/exhibitions/{id}", access: .anyone, kept: true, again: pages.seenAgain, pages.exhibition)
        plugin.page("/exhibitions/{id}/halls/{hall}", access: .anyone, kept: true, again: pages.seenAgain, pages.hall)
        plugin.page("/booths/{id}", access: .anyone, pages.booth)
        plugin.post("/booths/{id}/turn", access: .anyone, pages.turn)
        plugin.page("/booths/{id}/questions", access: .anyone, pages.questions)
        plugin.page("/booths/{id}/questions/now", access: .anyone, pages.questionsNow)
        plugin.post("/booths/{id}/ask", access: .signedIn, pages.ask)
        plugin.post("/booths/{id}/favourite", access: .signedIn, pages.favour)
        plugin.page("/files/{digest}", access: .anyone, pages.file)
        plugin.page("/favourites", access: .signedIn, pages.favourites)

        plugin.page("/mine", access: exhibitors, pages.mine)
        plugin.page("/exhibitions/{id}/apply", access: exhibitors, pages.applicationForm)
        plugin.post("/exhibitions/{id}/apply", access: exhibitors, pages.apply)
        plugin.page("/booths/{id}/edit", access: exhibitors, pages.editor)
        plugin.post("/booths/{id}/edit", access: exhibitors, pages.save)
        plugin.post("/booths/{id}/slots", access: exhibitors, pages.offer)
        plugin.post("/booths/{id}/answer", access: exhibitors, pages.answer)
        plugin.page("/leads", access: exhibitors, pages.leads)
        plugin.page("/leads.csv", access: exhibitors, pages.leadTable)
        plugin.page("/leads/{id}", access: exhibitors, pages.lead)
        plugin.post("/leads/{id}/advance", access: exhibitors, pages.advanceLead)
        plugin.post("/leads/{id}/contact", access: exhibitors, pages.reveal)
        plugin.post("/leads/{id}/demand", access: exhibitors, pages.convert)
        plugin.post("/leads/{id}/order", access: exhibitors, pages.order)

        plugin.page("/manage", access: staff, pages.manage)
        plugin.page("/exhibitions/new", access: staff, pages.newExhibition)
        plugin.post("/exhibitions/new", access: staff, pages.saveExhibition)
        plugin.page("/exhibitions/{id}/edit", access: staff, pages.editExhibition)
        plugin.post("/exhibitions/{id}/edit", access: staff, pages.saveExhibition)
        plugin.post("/exhibitions/{id}/advance", access: staff, pages.advanceExhibition)
        plugin.post("/booths/{id}/review", access: staff, pages.review)
        plugin.post("/booths/{id}/exhibits", access: staff, pages.featureExhibits)
        plugin.post("/booths/{id}/withdraw", access: booths, pages.withdraw)
        plugin.page("/exhibitions/{id}/report", access: booths, pages.report)
        plugin.page("/exhibitions/{id}/report.csv", access: booths, pages.reportTable)
    }

    private static func people(_ plugin: inout Registration<ExpoSettings>, _ fair: Fair) {
        plugin.navigation("网上博览会", "/", note: "逛展馆、看展品、找厂家，线上预约洽谈", icon: .booth)
        plugin.navigation("我的展位", "/mine", note: "展位、展品、访客线索", icon: .building, access: exhibitors)
        plugin.navigation("展会管理", "/manage", note: "展会、展馆、参展审核、成效", icon: .calendar, access: staff)
        plugin.todo(access: booths, fair.todos)
        plugin.todo(access: .signedIn, fair.alerts)
        plugin.homeBlock(order: 40, fair.homeBlock)
        plugin.search(access: .anyone, fair.search)
    }
}

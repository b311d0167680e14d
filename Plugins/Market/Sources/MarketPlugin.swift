import Bus
import MarketContracts
import Messages
import Pages
public import PluginKit
import Store
import Vocabulary
#if canImport(SchoolContracts)
import SchoolContracts
#endif

/// 服务超市: agencies, their services, and the orders of enterprises from request to rating.
/// - Source: 湘经信中小服务〔2017〕711号 一–四, 六, 七, 九; demands D3, D5, D11, D12, D15–D17, D19, D20, D25, D32, D35, D46, D49, D53–D55
public struct Market: Plugin {
    public typealias Settings = MarketSettings

    public static let manifest = Manifest(id: "market", title: "服务超市", version: "1.0.0")

    public static func register(in plugin: inout Registration<MarketSettings>) {
        let rulebook = Rulebook(settings: plugin.settings, reference: plugin.reference)
        plugin.migrations(Migrations.all)
        plugin.privacy(export: Records.of) { try Records.erase($0, $1, rulebook) }
        catalogue(&plugin, rulebook)
        orders(&plugin, rulebook)
        counted(&plugin, rulebook)
        afterwards(&plugin, rulebook)
        network(&plugin, rulebook)
        programs(&plugin, rulebook)
        pages(&plugin, MarketPages(rulebook: rulebook))
        people(&plugin, rulebook)
    }

    static let agencies = Access.role(.agency)
    static let staff = Access.role(.windowStaff, .cityStaff, .provinceStaff)

    private static func catalogue(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.takes(ImportAgencies.self, as: "agencies", titled: "服务机构", columns: ImportAgencies.columns, each: rulebook.takeAgency)
        plugin.handle(SaveAgency.self, access: agencies, rulebook.saveAgency)
        plugin.handle(AdvanceAgency.self, access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), rulebook.advanceAgency)
        plugin.handle(MarkCoreAgency.self, access: .role(.provinceStaff), rulebook.markCore)
        plugin.handle(RecordQualification.self, access: agencies, rulebook.recordQualification)
        plugin.handle(SaveService.self, access: agencies, rulebook.saveService)
        plugin.handle(AdvanceService.self, access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), rulebook.advanceService)

        plugin.answer(SearchServices.self, access: .anyone, heavy: true, rulebook.searchServices)
        plugin.answer(ListServices.self, access: .signedIn, heavy: true, rulebook.listServices)
        plugin.answer(GetService.self, access: .anyone, rulebook.getService)
        plugin.answer(CompareServices.self, access: .anyone, rulebook.compareServices)
        plugin.answer(GetServiceBoard.self, access: .anyone, heavy: true, rulebook.board)
        plugin.answer(FindMyServices.self, access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), rulebook.findMyServices)
        plugin.answer(FindAgencies.self, access: .anyone, heavy: true, rulebook.findAgencies)
        plugin.answer(GetAgency.self, access: .anyone, rulebook.getAgency)
        plugin.answer(CountAgencies.self, access: .anyone, heavy: true, rulebook.countAgencies)

        plugin.answer(GetMarketDocument.self, access: .signedIn, rulebook.getDocument)

        plugin.announces(AgencyChanged.self, titled: "机构信息变更")
        plugin.announces(ServiceChanged.self, titled: "服务信息变更")
        plugin.announces(QualificationChanged.self, titled: "资质变更")
        plugin.announces(QualificationExpiring.self, titled: "资质到期提醒")
        plugin.every(.seconds(3600), "remind of qualifications", rulebook.remindOfQualifications)
    }

    static let buyers = Access.role(.enterprise, .windowStaff, .cityStaff, .provinceStaff)
    static let parties = Access.role(.enterprise, .agency, .windowStaff, .cityStaff, .provinceStaff)

    private static func orders(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.handle(PlaceOrder.self, access: buyers, rulebook.placeOrder)
        plugin.handle(RecordService.self, access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), rulebook.recordService)
        plugin.handle(AdvanceOrder.self, access: parties, rulebook.advanceOrder)
        plugin.handle(RateOrder.self, access: buyers, rulebook.rateOrder)
        plugin.handle(ReplyToRating.self, access: agencies, rulebook.replyToRating)
        plugin.answer(FindOrders.self, access: parties, rulebook.findOrders)
        plugin.answer(GetOrder.self, access: parties, rulebook.getOrder)
        plugin.answer(GetSatisfaction.self, access: .anyone, heavy: true, rulebook.getSatisfaction)
        plugin.handle(SetApprovalRule.self, access: .role(.enterprise), rulebook.setApprovalRule)
        plugin.answer(GetApprovalRule.self, access: .role(.enterprise), rulebook.getApprovalRule)
        plugin.handle(ReportActivation.self, access: agencies, rulebook.reportActivation)
        plugin.announces(ApprovalRuleChanged.self, titled: "审批限额变更")
        plugin.announces(ApprovalAsked.self, titled: "提请单位审批")
        plugin.announces(ActivationRequested.self, titled: "请求开通软件")
        plugin.announces(ActivationReported.self, titled: "软件开通情况")
        plugin.announces(OrderAdvanced.self, titled: "订单办理")
        plugin.announces(OrderDueSoon.self, titled: "订单临期提醒")
        plugin.announces(OrderOverdue.self, titled: "订单逾期")
        plugin.announces(ServiceCompleted.self, titled: "服务完成")
        plugin.announces(ServiceRated.self, titled: "服务评价")
        plugin.announces(IntegritySignalRaised.self, titled: "诚信提示")
        plugin.every(.seconds(600), "watch the deadlines of orders", rulebook.watchOrders)
        plugin.story(of: "order", at: "/orders/{id}", rulebook.story)

        plugin.expose(FindOrders.self, as: .get("/orders"), titled: "查找订单", example: FindOrders(box: .enterprise, limit: 2))
        plugin.expose(PlaceOrder.self, as: .post("/orders"), titled: "下单或询价")
        plugin.expose(RecordService.self, as: .post("/offline-services"), titled: "补录线下服务")
        plugin.expose(GetOrder.self, as: .get("/orders/{id}"), titled: "查看订单")
        plugin.expose(AdvanceOrder.self, as: .post("/orders/{order}/steps"), titled: "办理订单的下一步", changing: { GetOrder(id: $0.order) })
        plugin.expose(RateOrder.self, as: .put("/orders/{order}/rating"), titled: "评价", changing: { GetOrder(id: $0.order) })
        plugin.expose(ReplyToRating.self, as: .put("/orders/{order}/reply"), titled: "回复评价", changing: { GetOrder(id: $0.order) })
        plugin.expose(GetSatisfaction.self, as: .get("/satisfaction"), titled: "查看满意度", example: GetSatisfaction())
    }

    /// What went wrong: refunds that were made, complaints and their answers.
    private static func afterwards(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.handle(RecordRefund.self, access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), rulebook.recordRefund)
        plugin.handle(ConfirmRefund.self, access: .role(.enterprise), rulebook.confirmRefund)
        plugin.announces(OrderRefunded.self, titled: "订单退款")
        plugin.handle(FileComplaint.self, access: buyers, rulebook.fileComplaint)
        plugin.handle(AdvanceComplaint.self, access: parties, rulebook.advanceComplaint)
        plugin.answer(FindComplaints.self, access: parties, rulebook.findComplaints)
        plugin.answer(GetComplaint.self, access: parties, rulebook.getComplaint)
        plugin.announces(ComplaintAdvanced.self, titled: "投诉办理")
        plugin.announces(ComplaintOverdue.self, titled: "投诉逾期")
        plugin.every(.seconds(600), "watch the deadlines of complaints", rulebook.watchComplaints)
        plugin.handle(ReceiveComplaint.self, access: .system, rulebook.receiveComplaint)
        plugin.handle(ForwardComplaintAnswer.self, access: .system, rulebook.takeAnswer)
        plugin.sends(ReceiveComplaint.self)
        plugin.sends(ForwardComplaintAnswer.self)
        plugin.receipts(of: ForwardComplaintAnswer.self, rulebook.hearAnswerReceipt)

        plugin.expose(RecordRefund.self, as: .post("/orders/{order}/refunds"), titled: "登记退款")
        plugin.expose(ConfirmRefund.self, as: .put("/orders/{order}/refunds/{number}/confirmation"), titled: "确认收到退款")
        plugin.expose(FindComplaints.self, as: .get("/complaints"), titled: "查找投诉", example: FindComplaints(box: .enterprise, limit: 2))
        plugin.expose(FileComplaint.self, as: .post("/complaints"), titled: "提出投诉")
        plugin.expose(GetComplaint.self, as: .get("/complaints/{id}"), titled: "查看投诉")
        plugin.expose(AdvanceComplaint.self, as: .post("/complaints/{complaint}/steps"), titled: "办理投诉", changing: { GetComplaint(id: $0.complaint) })
    }

    /// What is counted: vouchers and slots; the last one is never given twice.
    private static func counted(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.handle(IssueVouchers.self, access: staff, rulebook.issueVouchers)
        plugin.handle(CloseVouchers.self, access: staff, rulebook.closeVouchers)
        plugin.handle(RedeemVoucher.self, access: .role(.enterprise), rulebook.redeemVoucher)
        plugin.handle(TakeVoucher.self, access: .system, rulebook.takeVoucher)
        plugin.handle(ReturnVoucher.self, access: .system, rulebook.takeBackVoucher)
        plugin.answer(FindVouchers.self, access: .anyone, rulebook.findVouchers)
        plugin.answer(GetVouchers.self, access: .anyone, rulebook.getVouchers)
        plugin.answer(FindVoucherEntries.self, access: staff, rulebook.findVoucherEntries)
        plugin.announces(VouchersChanged.self, titled: "服务券变更")
        plugin.announces(VoucherMoved.self, titled: "服务券使用")
        plugin.react(to: VouchersChanged.self, from: .network, rulebook.hearVouchers)
        plugin.sends(TakeVoucher.self)
        plugin.sends(ReturnVoucher.self)
        plugin.receipts(of: TakeVoucher.self, rulebook.hearVoucherReceipt)

        plugin.handle(OpenSlots.self, access: agencies, rulebook.openSlots)
        plugin.handle(CloseSlot.self, access: agencies, rulebook.closeSlot)
        plugin.answer(FindSlots.self, access: .anyone, rulebook.findSlots)
        plugin.announces(SlotsChanged.self, titled: "预约时段变更")
        plugin.react(to: SlotsChanged.self, from: .network, rulebook.hearSlots)

        plugin.handle(RecordResource.self, access: agencies, rulebook.recordResource)
        plugin.answer(FindResources.self, access: .anyone, rulebook.findResources)
        plugin.announces(ResourcesChanged.self, titled: "专家和场地变更")
        plugin.react(to: ResourcesChanged.self, from: .network, rulebook.hearResources)

        plugin.expose(FindVouchers.self, as: .get("/vouchers"), titled: "查找服务券", example: FindVouchers())
        plugin.expose(GetVouchers.self, as: .get("/vouchers/{id}"), titled: "查看一批服务券")
        plugin.expose(IssueVouchers.self, as: .post("/vouchers"), titled: "发放服务券")
        plugin.expose(CloseVouchers.self, as: .post("/vouchers/{batch}/closing"), titled: "停发服务券")
        plugin.expose(FindVoucherEntries.self, as: .get("/vouchers/{batch}/entries"), titled: "查看服务券的使用")
        plugin.expose(RedeemVoucher.self, as: .put("/orders/{order}/voucher"), titled: "使用服务券")
        plugin.expose(FindSlots.self, as: .get("/services/{service}/slots"), titled: "查看可预约时段")
        plugin.expose(OpenSlots.self, as: .post("/services/{service}/slots"), titled: "开放预约时段")
        plugin.expose(CloseSlot.self, as: .post("/slots/{slot}/closing"), titled: "取消预约时段")
        plugin.expose(FindResources.self, as: .get("/resources"), titled: "查找专家和场地", example: FindResources(limit: 2))
        plugin.expose(RecordResource.self, as: .post("/my-agency/resources"), titled: "登记专家或场地")
        plugin.expose(GetApprovalRule.self, as: .get("/approval-rule"), titled: "查看单位审批限额")
        plugin.expose(SetApprovalRule.self, as: .put("/approval-rule"), titled: "设置单位审批限额")
        plugin.expose(ReportActivation.self, as: .put("/orders/{order}/activation"), titled: "报告软件开通情况")
    }

    /// What passes between sites: the catalogue to all of them, orders between home and agency, their course upwards.
    private static func network(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.react(to: AgencyChanged.self, from: .network, rulebook.hearAgency)
        plugin.react(to: ServiceChanged.self, from: .network, rulebook.hearService)
        plugin.react(to: ServiceCompleted.self, from: .network, rulebook.hearCompleted)
        plugin.react(to: ServiceRated.self, from: .network, rulebook.hearRated)
        plugin.react(to: OrderAdvanced.self, from: .network, rulebook.hearOrder)
        #if canImport(SchoolContracts)
        plugin.react(to: ClassAdvanced.self, from: .everywhere, rulebook.hear)
        plugin.react(to: SurveyAnswered.self, from: .everywhere, rulebook.hear)
        #endif
        plugin.handle(ReceiveOrder.self, access: .system, rulebook.receiveOrder)
        plugin.handle(ForwardOrderStep.self, access: .system, rulebook.takeForwarded)
        plugin.sends(ReceiveOrder.self)
        plugin.sends(ForwardOrderStep.self)
        plugin.receipts(of: ForwardOrderStep.self, rulebook.hearReceipt)
        plugin.announces(OrderReceived.self, titled: "收到订单")
    }

    /// `/api/{site}/market/…`
    private static func programs(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.expose(SearchServices.self, as: .get("/services"), titled: "查找服务", example: SearchServices(limit: 2))
        plugin.expose(ListServices.self, as: .get("/service-list"), titled: "导出服务", example: ListServices(limit: 2))
        plugin.expose(SaveService.self, as: .post("/services"), titled: "发布或修改服务")
        plugin.expose(GetService.self, as: .get("/services/{id}"), titled: "查看服务")
        plugin.expose(AdvanceService.self, as: .post("/services/{service}/steps"), titled: "办理服务上架", changing: { GetService(id: $0.service) })
        plugin.expose(CompareServices.self, as: .get("/comparison"), titled: "比较服务")
        plugin.expose(GetServiceBoard.self, as: .get("/board"), titled: "热门和最新服务", example: GetServiceBoard())
        plugin.expose(FindMyServices.self, as: .get("/my-services"), titled: "本机构的服务")
        plugin.expose(FindAgencies.self, as: .get("/agencies"), titled: "查找服务机构", example: FindAgencies(limit: 2))
        plugin.expose(GetAgency.self, as: .get("/agencies/{code}"), titled: "查看服务机构")
        plugin.expose(CountAgencies.self, as: .get("/agency-count"), titled: "统计服务机构", example: CountAgencies())
        plugin.expose(GetMarketDocument.self, as: .get("/documents/{digest}"), titled: "查看附件信息")
        plugin.expose(SaveAgency.self, as: .put("/my-agency"), titled: "填报机构资料")
        plugin.expose(RecordQualification.self, as: .post("/my-agency/qualifications"), titled: "登记机构资质")
        plugin.expose(AdvanceAgency.self, as: .post("/agencies/{agency}/steps"), titled: "办理机构入驻", changing: { GetAgency(code: $0.agency) })
        plugin.expose(MarkCoreAgency.self, as: .put("/agencies/{agency}/core"), titled: "标记核心服务机构", changing: { GetAgency(code: $0.agency) })
        plugin.refusals(MarketRefusal.codes.map { RefusalNote(code: $0.code, status: $0.status, about: $0.about) })
        plugin.attachments(upload: .role(.agency, .enterprise, .windowStaff, .cityStaff, .provinceStaff), find: rulebook.anyAttachment, keeps: rulebook.keeps)
    }

    private static func pages(_ plugin: inout Registration<MarketSettings>, _ pages: MarketPages) {
        plugin.page("/", access: .anyone, pages.front)
        plugin.page("/services", access: .anyone, pages.services)
        plugin.page("/services.csv", access: .signedIn, pages.servicesCSV)
        plugin.page("/services/{id}", access: .anyone, pages.service)
        plugin.post("/services/{id}/advance", access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), pages.advanceService)
        plugin.page("/compare", access: .anyone, pages.compare)
        plugin.page("/agencies", access: .anyone, pages.agencies)
        plugin.page("/agencies.csv", access: .signedIn, pages.agenciesCSV)
        plugin.page("/agencies/{code}", access: .anyone, pages.agency)
        plugin.post("/agencies/{code}/advance", access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), pages.advanceAgency)
        plugin.post("/agencies/{code}/core", access: .role(.provinceStaff), pages.markCore)
        plugin.page("/desk", access: agencies, pages.desk)
        plugin.page("/desk/profile", access: agencies, pages.profileForm)
        plugin.post("/desk/profile", access: agencies, pages.saveProfile)
        plugin.post("/desk/qualifications", access: agencies, pages.saveQualification)
        plugin.page("/desk/services/new", access: agencies, pages.serviceForm)
        plugin.page("/desk/services/{id}", access: agencies, pages.serviceForm)
        plugin.post("/desk/services", access: agencies, pages.saveService)
        plugin.page("/review", access: staff, pages.review)
        plugin.page("/orders", access: parties, pages.orders)
        plugin.post("/orders", access: buyers, pages.placeOrder)
        plugin.page("/orders/new", access: buyers, pages.orderForm)
        plugin.page("/orders/record", access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), pages.recordForm)
        plugin.post("/orders/record", access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), pages.recordService)
        plugin.page("/orders/{id}", access: parties, pages.order)
        plugin.post("/orders/{id}/advance", access: parties, pages.advanceOrder)
        plugin.post("/orders/{id}/rate", access: buyers, pages.rateOrder)
        plugin.post("/orders/{id}/reply", access: agencies, pages.replyToRating)
        plugin.post("/orders/{id}/voucher", access: .role(.enterprise), pages.redeemVoucher)
        plugin.post("/orders/{id}/activation", access: agencies, pages.reportActivation)
        plugin.post("/orders/{id}/refunds", access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), pages.recordRefund)
        plugin.post("/orders/{id}/refunds/confirm", access: .role(.enterprise), pages.confirmRefund)
        plugin.page("/complaints", access: parties, pages.complaints)
        plugin.post("/complaints", access: buyers, pages.fileComplaint)
        plugin.page("/complaints/new", access: buyers, pages.complaintForm)
        plugin.page("/complaints/{id}", access: parties, pages.complaint)
        plugin.post("/complaints/{id}/advance", access: parties, pages.advanceComplaint)
        plugin.page("/approval", access: .role(.enterprise), pages.approval)
        plugin.post("/approval", access: .role(.enterprise), pages.saveApproval)
        plugin.page("/vouchers", access: .anyone, pages.vouchers)
        plugin.post("/vouchers", access: staff, pages.issueVouchers)
        plugin.page("/vouchers/{id}", access: staff, pages.voucher)
        plugin.post("/vouchers/{id}/close", access: staff, pages.closeVouchers)
        plugin.post("/services/{id}/slots", access: agencies, pages.openSlots)
        plugin.post("/services/{id}/slots/close", access: agencies, pages.closeSlot)
        plugin.page("/resources", access: .anyone, pages.resources)
        plugin.post("/desk/resources", access: agencies, pages.saveResource)
        plugin.page("/files/{digest}", access: .signedIn, pages.file)
    }

    private static func people(_ plugin: inout Registration<MarketSettings>, _ rulebook: Rulebook) {
        plugin.navigation("找服务", "/services", note: "查找全省服务机构的服务，比较、下单、评价", icon: .search)
        plugin.navigation("服务机构", "/agencies", note: "机构资质、产品、评价和成效", icon: .building)
        plugin.navigation("专家与场地", "/resources", note: "服务机构的专家和可借用的场地", icon: .people)
        plugin.navigation("服务券", "/vouchers", note: "各级平台发放、抵扣服务费用的券", icon: .document)
        plugin.navigation("机构工作台", "/desk", note: "入驻资料、服务产品、订单", icon: .inbox, access: agencies)
        plugin.navigation("订单", "/orders", note: "询价、报价、交付、确认和评价", icon: .document, access: parties)
        plugin.navigation("超市审核", "/review", note: "机构入驻和服务上架审核", icon: .shield, access: staff)
        plugin.todo(access: .role(.agency, .windowStaff, .cityStaff, .provinceStaff), rulebook.catalogueTodos)
        plugin.todo(access: parties, rulebook.orderTodos)
        plugin.todo(access: .role(.agency, .windowStaff, .cityStaff), rulebook.complaintTodos)
        plugin.homeBlock(order: 5, rulebook.homeBlock)
        plugin.search(access: .anyone, rulebook.siteSearch)
    }
}

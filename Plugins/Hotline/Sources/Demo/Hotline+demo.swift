import Bus
import HotlineContracts
import Messages
public import PluginKit
import Store
import Vocabulary

extension Hotline {
    /// Fills the province's hub with invented units, knowledge and orders in every state, so that every page shows something. All names
    /// say that they are invented; everything goes through the ordinary commands with fixed ids, so running it again changes nothing.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard demonstration.region == RegionCode("430000") else { return }
        let story = DemoStory(teller: DemoTeller(demonstration, of: manifest.id), demonstration: demonstration)
        try await story.directory()
        try await story.knowledge()
        try await story.orders()
        try await story.calls(at: demonstration.now, demonstration.bus)
    }
}

struct DemoStory {
    let teller: DemoTeller
    let demonstration: Demonstration

    func directory() async throws {
        let units: [(id: String, title: String, region: String, code: String?, categories: [String], makesUp: Bool)] = [
            ("changsha-tax", "演示·长沙市税务服务处", "430100", "TAX", ["05"], true),
            ("changsha-labour", "演示·长沙市人社服务处", "430100", "LABOUR", ["04"], true),
            ("hunan-finance", "演示·省融资服务银行", "430000", "BANK", ["03"], false),
            ("changsha-industry", "演示·长沙市中小企业处", "430100", "INDUSTRY", ["01", "02", "08", "09"], true),
            ("liuyang-window", "演示·浏阳窗口服务组", "430181", nil, ["01", "06", "07", "99"], true),
        ]
        for unit in units {
            guard let id = UnitID(unit.id), let region = RegionCode(unit.region) else { continue }
            try await teller.tell(
                SetUnit(
                    id: id, title: unit.title, region: region, creditCode: unit.code.flatMap { Self.codes[$0] }, categories: unit.categories,
                    worksMakeUpDays: unit.makesUp))
        }
    }

    /// Organisation codes MA0D03…: they belong to nobody.
    static let codes: [String: CreditCode] = [
        "TAX": "11430000MA0D03015X", "LABOUR": "11430000MA0D03023Q", "BANK": "11430000MA0D03031K", "INDUSTRY": "11430000MA0D0304XB",
    ].compactMapValues { CreditCode($0) }

    func knowledge() async throws {
        let articles: [(String, String, String)] = [
            ("小微企业贷款贴息怎么申请？", "先在平台填报贷款合同和付息凭证，由县级窗口初审；贴息按当年申报通知的比例和上限执行。演示内容，以正式通知为准。", "03"),
            ("被大企业拖欠账款怎么投诉？", "带合同、发票、对账单到窗口或拨打96871登记；受理后转给主管部门，办理进展可凭编号和查询码查询。演示内容。", "0201"),
            ("稳岗返还需要哪些材料？", "一般实行“免申即享”，由人社部门按参保数据核定；账户信息有误的，到窗口更正。演示内容。", "04"),
            ("专精特新中小企业什么时候申报？", "以省级主管部门当年通知为准，平台会在政策栏目发布并推送。演示内容。", "0102"),
            ("研发费用加计扣除如何享受？", "预缴或汇算清缴时自行申报享受，留存备查资料。演示内容，以税务机关解释为准。", "05"),
        ]
        for (title, body, category) in articles { try await teller.tell(PutArticle(title: title, body: body, category: category)) }
        try await teller.tell(
            PutArticle(title: "夜间来电的值班安排", body: "演示：18:00 后由省级值班席接听，紧急事项按特急登记并电话通知承办单位。", category: "99", isPublic: false))
    }

    func person(_ id: String, _ role: Role, _ name: String, in region: String?, of organisation: CreditCode? = nil) async throws -> Actor {
        try await demonstration.person(id, name, [Grant(role, in: region.flatMap { RegionCode($0) })], organisation: organisation)
    }

    private struct Matter {
        var title: String
        var content: String
        var category: String
        var region: String
        var unit: String
        var urgency = Urgency.normal
        var channel = Channel.telephone
        var isConfidential = false
        var enterprise: String
    }

    func orders() async throws {
        let matters: [(Matter, Int)] = [
            (Matter(title: "咨询小微企业贷款贴息的申报条件", content: "演示：企业想了解今年贴息的比例、上限和申报时间。", category: "03", region: "430181", unit: "hunan-finance", enterprise: "演示·浏阳花炮材料有限公司"), 0),
            (Matter(title: "新厂房用电增容迟迟未批", content: "演示：增容申请提交两周没有答复，影响投产。", category: "07", region: "430181", unit: "liuyang-window", urgency: .urgent, enterprise: "演示·浏阳精密件有限公司"), 1),
            (Matter(title: "反映某工程公司拖欠货款", content: "演示：去年供货的尾款至今未付，对账单已确认。", category: "0201", region: "430100", unit: "changsha-industry", enterprise: "演示·长沙建材有限公司"), 2),
            (Matter(title: "社保账户信息变更后返还未到账", content: "演示：账户变更已三周，稳岗返还仍未到账。", category: "04", region: "430104", unit: "changsha-labour", channel: .visit, enterprise: "演示·岳麓软件有限公司"), 3),
            (Matter(title: "加计扣除资料留存的要求", content: "演示：想确认研发费用辅助账要留存哪些材料。", category: "05", region: "430111", unit: "changsha-tax", enterprise: "演示·雨花检测有限公司"), 4),
            (Matter(title: "希望组织产业链上下游对接会", content: "演示：工程机械配套企业希望与主机厂对接。", category: "08", region: "430121", unit: "changsha-industry", channel: .web, enterprise: "演示·长沙县铸造有限公司"), 5),
            (Matter(title: "园区道路夜间照明不足", content: "演示：员工夜班出行不便，希望增设路灯。", category: "09", region: "430181", unit: "liuyang-window", enterprise: "演示·浏阳食品有限公司"), 6),
            (Matter(title: "要求保密的执法检查反映", content: "演示：反映检查频次问题，要求对来电人保密。", category: "0203", region: "430100", unit: "changsha-industry", isConfidential: true, enterprise: "演示·不公开"), 7),
        ]
        for (matter, reach) in matters { try await tell(matter, reach) }
    }

    /// - Parameter reach: how far on its way the order goes.
    private func tell(_ matter: Matter, _ reach: Int) async throws {
        guard let region = RegionCode(matter.region), let unit = UnitID(matter.unit) else { return }
        let seat = try await person("seat", .provinceStaff, "热线坐席", in: nil)
        let receipt = try await teller.tell(
            RegisterOrder(
                title: matter.title, content: matter.content, category: matter.category, region: region, urgency: matter.urgency,
                channel: matter.channel, isConfidential: matter.isConfidential, callerName: Personal("演示来电人"), enterprise: matter.enterprise,
                lookup: LookupCode("DEMA-DEMA-2345")?.digest(for: Rulebook.lookupPurpose)), as: seat)
        let handler = try await handler(of: matter.unit)
        func advance(_ action: OrderAction, _ actor: Actor, text: String? = nil, unit: UnitID? = nil, satisfaction: Satisfaction? = nil) async throws {
            try await teller.tell(
                AdvanceOrder(order: receipt.number, action: action, text: text, unit: unit, satisfaction: satisfaction), as: actor)
        }
        guard reach > 0 else { return }
        try await advance(.accept, seat)
        guard reach > 1 else { return }
        try await advance(.dispatch, seat, unit: unit)
        guard reach > 2 else { return }
        try await advance(.sign, handler)
        guard reach > 3 else { return }
        if reach == 7 { return try await advance(.note, handler, text: "演示：已与来电人联系，正在核实。") }
        try await advance(.answer, handler, text: "演示答复：已与企业联系并说明办理要求，材料齐全后 3 个工作日内办结。")
        guard reach > 4 else { return }
        try await advance(.approve, seat, text: "演示：答复清楚。")
        guard reach > 5 else { return }
        try await advance(.revisit, try await person("revisit", .provinceStaff, "回访人员", in: nil), text: "演示：企业表示认可。", satisfaction: .satisfied)
    }

    private func handler(of unit: String) async throws -> Actor {
        switch unit {
        case "liuyang-window": try await person("liuyang", .windowStaff, "浏阳窗口人员", in: "430181")
        case "hunan-finance": try await person("bank", .departmentHandler, "银行经办人", in: "430000", of: Self.codes["BANK"])
        case "changsha-tax": try await person("tax", .departmentHandler, "税务经办人", in: "430100", of: Self.codes["TAX"])
        case "changsha-labour": try await person("labour", .departmentHandler, "人社经办人", in: "430100", of: Self.codes["LABOUR"])
        default: try await person("industry", .departmentHandler, "中小企业处经办人", in: "430100", of: Self.codes["INDUSTRY"])
        }
    }
}

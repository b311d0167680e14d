import Bus
import MatchingContracts
import Messages
import PluginKit
import Vocabulary

/// An invented 对接会 of 浏阳, planned, and one that still takes wishes.
struct DemoMatchmaking {
    let teller: DemoTeller
    let bus: SiteBus
    let now: Timestamp
    let county: RegionCode
    let window: Actor
    let enterprise: DemandParty

    /// Under the name of the thing told, so that a second telling changes nothing, whatever was heard meanwhile.
    @discardableResult
    private func tell<C: Command>(_ command: C, _ what: String) async throws -> C.Reply {
        try await teller.tell(command, as: window, key: what)
    }

    /// 企业名录 of the county, one of them contacted.
    func register() async throws {
        let names = ["演示·浏阳永和塑业有限公司", "演示·浏阳大瑶花炮有限公司", "演示·浏阳淮川食品有限公司", "演示·浏阳高新电子有限公司"]
        let facts = ["2922\t86\t3200\t2100\t2009-05-18", "2672\t210\t5600\t4300\t1998-03-02", "1353\t45\t1800\t900\t2016-09-20", "3982\t320\t21000\t15000\t2012-11-11"]
        let others = zip(names.indices, facts).compactMap { index, facts in code(index).map { "demo-\(index)\t\($0)\t\(names[index])\t\(county)\t\(facts)\tactive" } }
        let own = "demo-own\t\(enterprise.code)\t\(enterprise.name)\t\(county)\t3525\t120\t4800\t3600\t2006-06-06\tactive"
        try await teller.tell(
            ImportEnterprises(
                batch: ImportBatch(
                    columns: ["id", "uscc", "name", "regionCode", "industryCode", "employees", "revenue", "assets", "founded", "status"],
                    text: (others + [own]).joined(separator: "\n"))), key: "import")
        try await tell(TakeServiceDuty(enterprises: [enterprise.code]), "duty")
        try await tell(
            RecordContact(enterprise: enterprise.code, channel: .visit, on: now.day, note: "演示：走访车间，谈设备联网改造，已代为提出需求。"), "contact")
    }

    func fill() async throws {
        for (index, title) in ["浏阳制造业数字化转型对接会", "浏阳企业检测认证对接会"].enumerated() {
            let start = (now.day + (index == 0 ? 7 : 21)).start.advanced(by: .seconds(9 * 3600))
            let receipt = try await tell(
                SaveMatchmaking(
                    title: title, region: county, place: "演示·浏阳市中小企业服务中心二楼", description: "演示：企业带着具体问题来，机构带着方案来，每轮二十分钟，一对一洽谈。",
                    categories: index == 0 ? ["digital", "technology"] : ["testing"], startsAt: start, slots: 6, slotMinutes: 20, pauseMinutes: 5, tables: 4,
                    enterpriseLimit: 3, agencyLimit: 6, wishesUntil: start.advanced(by: .seconds(-3 * 86_400))), "save \(index)")
            let id = receipt.matchmaking
            let guests = [enterprise] + ["演示·浏阳永和塑业有限公司", "演示·浏阳大瑶花炮有限公司", "演示·浏阳淮川食品有限公司", "演示·浏阳高新电子有限公司"].enumerated().compactMap { number, name in
                code(number).map { DemandParty(code: $0, name: name) }
            }
            let topics = ["注塑车间设备联网", "生产计划排程", "安全生产在线监测", "冷链温度追溯", "质量数据采集"]
            try await tell(
                InviteToMatchmaking(
                    matchmaking: id, side: .enterprise, parties: zip(guests, topics).map { Invitee(party: $0, region: county, topic: $1) }), "guests \(index)")
            try await tell(InviteToMatchmaking(matchmaking: id, side: .agency, fromRecords: true), "agencies \(index)")
            try await tell(AdvanceMatchmaking(matchmaking: id, action: .open), "open \(index)")
            if index == 0 { try await plan(id) }
        }
    }

    private func plan(_ id: MessageID) async throws {
        func coming(_ side: MatchmakingSide) throws -> [CreditCode] {
            try bus.ask(GetMatchmakingDesk(id: id), as: window).others.filter { $0.side == side }.map(\.party.code)
        }
        for side in MatchmakingSide.allCases {
            for party in try coming(side) {
                try await tell(AttendMatchmaking(matchmaking: id, side: side, party: party, isComing: true), "attend \(side.rawValue) \(party)")
            }
        }
        let enterprises = try coming(.enterprise), agencies = try coming(.agency)
        guard !agencies.isEmpty else { return }
        for (index, party) in enterprises.enumerated() {
            let wanted = (0..<min(3, agencies.count)).map { agencies[($0 + index) % agencies.count] }
            try await tell(StateWishes(matchmaking: id, side: .enterprise, party: party, others: wanted), "wishes \(party)")
        }
        for (index, party) in agencies.enumerated() {
            try await tell(
                StateWishes(matchmaking: id, side: .agency, party: party, others: [enterprises[index % enterprises.count]]), "wishes \(party) agency")
        }
        try await tell(AdvanceMatchmaking(matchmaking: id, action: .plan), "plan")
        await bus.settle()
    }

    /// Well-formed and nobody's.
    private func code(_ number: Int) -> CreditCode? { .completing("91430181MA5DQ00\(number)") }
}

import Bus
import ExpoContracts
import Messages
public import PluginKit
import Store
import Vocabulary

extension Expo {
    /// An invented permanent exhibition with booths in every state, pictures, leads and questions. All names say that they are invented
    /// (演示·…); everything goes through the ordinary commands with fixed ids, so that running it again changes nothing.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard demonstration.isOfRegion, let region = demonstration.region else { return }
        try await DemoFair(teller: DemoTeller(demonstration, of: manifest.id), demonstration: demonstration, region: region).tellAll()
    }
}

private struct DemoFair {
    let teller: DemoTeller
    let demonstration: Demonstration
    let region: RegionCode

    func tellAll() async throws {
        let today = demonstration.now.day
        let name = demonstration.reference.regions.region(region)?.name ?? region.description
        let permanent = try await teller.tell(
            SaveExhibition(
                title: "演示·\(name)中小企业常年展", kind: .permanent, region: region, opensOn: today - 60,
                summary: "演示展会：\(name)中小企业的产品、技术和服务，全年在线展出，可随时咨询和预约洽谈。", notice: "演示公告：本展会所有单位和产品均为虚构。",
                halls: [
                    HallDraft(kind: .city, title: "地区综合馆", note: "不分行业"), HallDraft(kind: .chain, title: "工程机械馆", note: "主机、零部件和检测"),
                    HallDraft(kind: .theme, title: "数字化服务馆"),
                ])
        ).exhibition
        try await teller.tell(AdvanceExhibition(exhibition: permanent, action: .publish))
        _ = try await teller.tell(
            SaveExhibition(
                title: "演示·\(name)智能制造专题展", kind: .dated, region: region, opensOn: today + 30, closesOn: today + 45, summary: "演示展会：筹备中的专题展，发布后开放参展申请。",
                halls: [HallDraft(kind: .theme, title: "智能制造馆")]))
        let offers: [(title: String, hall: Int, size: Int, exhibits: [(String, String, Int64?)])] = [
            (
                "精密齿轮与减速机", 2, 2,
                [("演示·行星减速机", "一体化设计，噪声低，用于工程机械回转机构。", 860_000), ("演示·非标齿轮加工", "按图加工，模数 1 至 12，附检测报告。", nil)]
            ),
            ("设备联网改造服务", 3, 1, [("演示·注塑机联网套件", "采集开机率、产量和能耗，三天完成一条产线。", 1_980_000)]),
            ("花炮包装新材料", 1, 1, [("演示·可降解包装盒", "阻燃、可回收，支持小批量打样。", 320)]),
            ("无损检测移动实验室", 2, 3, [("演示·上门探伤", "超声、磁粉、渗透三种方法，出具报告。", nil)]),
        ]
        for (index, offer) in offers.enumerated() { try await booth(index, offer, at: permanent) }
        try await teller.tell(
            ApplyForBooth(exhibition: permanent, hall: 1, title: "演示·待审核展位", size: 1, summary: "演示：刚提交申请，等待主办方审核的展位。"), as: try await exhibitor(7))
        // Two exhibits that stand first; of booths in the order of `offers`.
        for (serial, title) in [(1, "演示·行星减速机"), (2, "演示·注塑机联网套件")] {
            try await teller.tell(FeatureExhibits(booth: BoothID(permanent, serial: serial), exhibits: [title]))
        }
    }

    private func exhibitor(_ index: Int) async throws -> Actor {
        // The first is the enterprise of the demo account, so that somebody can sign in to a booth with leads.
        let isDemo = index == 0
        return try await demonstration.person(
            "exhibitor-\(index)", "参展单位\(index + 1)人员", [Grant(.enterprise, in: region)],
            organisation: isDemo ? CreditCode("91430181MA4LDEM10U") : try DemoExhibitor.code(index),
            organisationName: isDemo ? "演示·浏阳精工机械有限公司" : "演示·第\(index + 1)参展企业有限公司")
    }

    private func booth(_ index: Int, _ offer: (title: String, hall: Int, size: Int, exhibits: [(String, String, Int64?)]), at exhibition: ExhibitionID) async throws {
        let actor = try await exhibitor(index)
        let booth = try await teller.tell(
            ApplyForBooth(
                exhibition: exhibition, hall: offer.hall, title: "演示·\(offer.title)", size: offer.size, summary: "演示展位：\(offer.title)，欢迎咨询、打样和预约洽谈。", telephone: "0731-80000000"),
            as: actor
        ).booth
        let picture = try demonstration.files.keep(DemoPicture.png(shade: UInt8(60 + index * 40)), name: "展品\(index + 1).png")
        let shown = Picture(
            file: AttachmentReference(digest: picture.digest, name: picture.name, type: picture.type.mediaType, length: Int64(picture.size)),
            alternative: "演示图片：一块纯色的示意图")
        let evening = (demonstration.now.day + 5).moment(hour: 14, minute: 0) ?? demonstration.now.advanced(by: .seconds(432_000))
        let live = LiveSession(title: "演示·新品发布直播", startsAt: evening, minutes: 60, link: "https://live.example.com/demo")
        try await teller.tell(
            SaveBooth(
                booth: booth, title: "演示·\(offer.title)", summary: "演示展位：\(offer.title)，欢迎咨询、打样和预约洽谈。", telephone: "0731-80000000",
                exhibits: offer.exhibits.enumerated().map { place, exhibit in
                    Exhibit(title: exhibit.0, summary: "演示：\(exhibit.1)", price: exhibit.2.map { Fen($0) }, pictures: place == 0 ? [shown] : [])
                }, lives: index == 0 ? [live] : []), as: actor)
        try await teller.tell(ReviewBooth(booth: booth, action: .approve))
        if index == 0 { try await teller.tell(FeatureBooth(booth: booth, isFeatured: true)) }
        let start = (demonstration.now.day + 2).moment(hour: 9, minute: 0) ?? demonstration.now.advanced(by: .seconds(172_800))
        try await teller.tell(OfferSlots(booth: booth, startsAt: start, minutes: 30, count: 4), as: actor)
        try await leads(index, booth, actor)
    }

    /// Visitors of the first booths: one new, one followed up, one agreed.
    private func leads(_ index: Int, _ booth: BoothID, _ actor: Actor) async throws {
        guard index < 2 else { return }
        let question = try await teller.tell(AskQuestion(booth: booth, text: "演示：可以先看样品吗？"))
        try await teller.tell(AnswerQuestion(booth: booth, question: question.question, answer: "演示：可以，请预约洽谈或留下咨询。"), as: actor)
        var visitor = Actor(kind: .visitor, id: "visitor", name: "访客")
        if index == 0 {
            visitor = try await demonstration.person(
                "visitor-enterprise", "来访企业人员", [Grant(.enterprise, in: region)], organisation: try DemoExhibitor.code(9), organisationName: "演示·来访企业有限公司")
        }
        for (number, kind) in LeadKind.allCases.enumerated() {
            guard let phone = ContactNumber("1990000\(2000 + index * 10 + number)") else { continue }
            let lead = try await teller.tell(
                TurnToBooth(
                    booth: booth, kind: kind, name: Personal("演示·访客\(index)\(number)"), phone: Personal(phone), organisation: "演示·来访企业有限公司",
                    text: kind == .enquiry ? "演示：想了解价格、交期和付款方式。" : nil, slot: kind == .appointment ? 1 : nil, consent: true,
                    source: number == 1 ? "wechat" : nil), as: visitor
            ).lead
            if number > 0 { try await teller.tell(AdvanceLead(lead: lead, action: .contact, note: "演示：已电话联系。", followUp: demonstration.now.day + 3), as: actor) }
            if number > 1 { try await teller.tell(AdvanceLead(lead: lead, action: .agree, note: "演示：先订一批试用。", amount: Fen(2_600_000)), as: actor) }
        }
    }
}

/// Organisation codes MA0F… that belong to nobody.
enum DemoExhibitor {
    static func code(_ index: Int) throws -> CreditCode {
        guard let code = CreditCode.completing("91430000MA0F" + String(10_000 + index).suffix(4)) else {
            throw ExpoRefusal.invalid([.init(field: "exhibitor", message: "演示企业代码未能生成。请报告此问题。")])
        }
        return code
    }
}

/// A plain picture, 240 × 160, of one grey that is coloured by its palette: small, valid, invented.
enum DemoPicture {
    static func png(shade: UInt8) -> [UInt8] {
        let width = 240, height = 160
        var raw: [UInt8] = []
        // One bit a pixel, all of the first colour; a filter byte in front of each line.
        for _ in 0..<height { raw += [0] + [UInt8](repeating: 0, count: width / 8) }
        let header: [UInt8] = be(UInt32(width)) + be(UInt32(height)) + [1, 3, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header) + chunk("PLTE", [shade, 140, 255 - shade, 255, 255, 255])
            + chunk("IDAT", stored(raw)) + chunk("IEND", [])
    }

    private static func be(_ number: UInt32) -> [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) } }

    private static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + data
        return be(UInt32(data.count)) + body + be(crc(body))
    }

    /// zlib with one stored block (RFC 1950, 1951).
    private static func stored(_ data: [UInt8]) -> [UInt8] {
        let length = UInt16(data.count)
        func le(_ number: UInt16) -> [UInt8] { [UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)] }
        var a: UInt32 = 1, b: UInt32 = 0
        for byte in data {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return [0x78, 0x01, 0x01] + le(length) + le(~length) + data + be(b << 16 | a)
    }

    private static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}

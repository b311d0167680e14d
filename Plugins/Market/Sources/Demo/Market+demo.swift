import Bus
import MarketContracts
import Messages
public import PluginKit
import Store
import Vocabulary

extension Market {
    /// Invented agencies with their services, each at the site of its own region; the network carries them to the others.
    public static func demonstrate(_ demonstration: Demonstration) async throws {
        guard demonstration.isOfRegion, let region = demonstration.region else { return }
        let teller = DemoTeller(demonstration, of: manifest.id)
        for (index, agency) in DemoCatalogue.agencies.enumerated() where agency.region == region.description {
            guard let code = agency.isDemo ? DemoCode.agency : DemoCode.make(agency.region, index + 1), let home = RegionCode(agency.region) else { continue }
            let actor = try await demonstration.person("agency-\(index)", "机构人员", [Grant(.agency, in: home)], organisation: code)
            try await teller.tell(
                SaveAgency(title: "演示·\(agency.name)", region: home, categories: agency.categories, summary: agency.summary, address: "演示路 \(8 + index) 号",
                    submit: true), as: actor)
            let staff = try await demonstration.person("staff", "审核人员", [Grant(.provinceStaff)])
            guard !agency.isWaiting else { continue }
            try await teller.tell(AdvanceAgency(agency: code, action: .approve), as: staff)
            if agency.isCore { try await teller.tell(MarkCoreAgency(agency: code, isCore: true, document: "演示〔2026〕8号"), as: staff) }
            try await teller.tell(
                RecordQualification(
                    title: "演示·\(agency.qualification)", serial: "YS-\(100 + index)", issuer: "演示·发证机关", validUntil: demonstration.now.day + (20 + 90 * index)),
                as: actor)
            for one in agency.resources {
                try await teller.tell(
                    RecordResource(kind: one.kind, title: one.title, profile: one.profile, categories: one.categories, region: home, seats: one.seats), as: actor)
            }
            var listed: [(id: MessageID, service: DemoCatalogue.Service)] = []
            for service in agency.services {
                guard let served = RegionCode(service.region ?? agency.region) else { continue }
                let receipt = try await teller.tell(
                    SaveService(
                        title: service.title, category: service.category, nature: service.nature, price: service.price, modes: service.modes,
                        regions: [served], summary: service.summary, deliverables: service.deliverables, days: service.days, places: service.places,
                        takesVouchers: service.nature == .paid, isSoftware: service.isSoftware, isByAppointment: service.slots > 0, submit: true,
                        trialDays: service.trialDays), as: actor)
                if receipt.state == .submitted, !service.isWaiting {
                    try await teller.tell(AdvanceService(service: receipt.service, action: .approve), as: staff)
                }
                if !service.isWaiting { listed.append((receipt.service, service)) }
                if service.slots > 0 {
                    let start = (demonstration.now.day + 7).start.advanced(by: .seconds(9 * 3600))
                    try await teller.tell(OpenSlots(service: receipt.service, startsAt: start, minutes: 60, count: service.slots, resource: 1), as: actor)
                }
            }
            try await DemoOrders(demonstration: demonstration, teller: teller).place(in: region, with: agency, actor, listed)
        }
        try await vouchers(demonstration, region, teller)
        try await complaint(demonstration, region, teller)
    }

    /// An enterprise of 浏阳 complains of an agency there.
    private static func complaint(_ demonstration: Demonstration, _ region: RegionCode, _ teller: DemoTeller) async throws {
        guard region.description == "430181", let index = DemoCatalogue.agencies.firstIndex(where: { $0.region == "430181" && !$0.isWaiting }),
            let agency = DemoCatalogue.agencies[index].isDemo ? DemoCode.agency : DemoCode.make("430181", index + 1), let code = CreditCode("91430181MA4LDEM10U")
        else { return }
        let enterprise = try await demonstration.person(
            "enterprise-1", "企业人员", [Grant(.enterprise, in: region)], organisation: code, organisationName: "演示·浏阳精工机械有限公司")
        try await teller.tell(FileComplaint(agency: agency, kind: .fee, text: "演示：现场收了上门费，与公示的价格不一致，请核实并退回。"), as: enterprise)
    }

    /// The province and 浏阳 give out vouchers.
    private static func vouchers(_ demonstration: Demonstration, _ region: RegionCode, _ teller: DemoTeller) async throws {
        let batches: [String: (title: String, value: Int64, count: Int, categories: [String])] = [
            "430000": ("数字化转型服务券", 200_000, 500, ["digital"]), "430181": ("浏阳小微企业服务券", 50_000, 100, []),
        ]
        guard let batch = batches[region.description] else { return }
        let staff = try await demonstration.person("staff", "审核人员", [Grant(.provinceStaff)])
        try await teller.tell(
            IssueVouchers(
                title: "演示·\(batch.title)", value: Fen(batch.value), count: batch.count, region: region, categories: batch.categories,
                validUntil: demonstration.now.day + 180), as: staff)
    }
}

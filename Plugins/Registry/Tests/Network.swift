import Messages
import PluginKit
import RegistryContracts
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

/// A registry with a hub, two cities and one county window, and short words for what tests do to it.
struct Network {
    let site: TestSite
    static let province = Actor.province
    /// A second one of the province, where the first must stand back.
    static let otherProvince = Actor.person("province-2", .provinceStaff)
    static let changsha = Actor.city("430100")
    static let zhuzhou = Actor.city("430200")
    static let liuyang = Actor.window("430181")
    static let liling = Actor.window("430281")

    init() async throws {
        site = try await TestSite(Registry.self)
        _ = try site.files.keep(Self.content, name: "材料.pdf")
        _ = try await add(.hub, "430000", "湖南省中小企业公共服务平台", on: "2012-06-01")
        _ = try await add(.city, "430100", "长沙市中小企业公共服务平台", on: "2013-03-01")
        _ = try await add(.city, "430200", "株洲市中小企业公共服务平台", on: "2013-04-01")
        _ = try await add(.county, "430102", "芙蓉区中小企业公共服务平台", on: "2018-05-01")
    }

    static func organisation(_ serial: Int) throws -> Organisation {
        try #require(DemoOrganisation.make("测试单位\(serial)", serial))
    }

    /// An attachment that every network's site keeps.
    static let content = Array("%PDF-1.4\n材料\n%%EOF\n".utf8)
    static let paper = DocumentReference(
        digest: SHA256Digest.of(content).description, name: "材料.pdf", type: "application/pdf", length: Int64(content.count))

    @discardableResult
    func add(
        _ kind: NodeKind, _ at: String, _ title: String, on text: String, parent: String? = nil,
        overrideReason: String? = nil, as actor: Actor = Network.province
    ) async throws -> ApplicationReceipt {
        try await site.tell(
            ImportNode(
                kind: kind, region: try region(at), title: title, parent: try parent.map { try node($0) },
                builder: Network.organisation(1), operatingUnit: Network.organisation(2), mode: .publicInstitution,
                recognisedOn: try day(text), overrideReason: overrideReason), as: actor)
    }

    func application(_ at: String = "430181", kind: NodeKind = .county, overrideReason: String? = nil) throws -> SubmitApplication {
        SubmitApplication(
            kind: kind, region: try region(at), title: "浏阳市中小企业公共服务平台", builder: try Network.organisation(11),
            operatingUnit: try Network.organisation(12), mode: .entrustedEnterprise, carrierPark: "测试产业园",
            summary: "全市中小企业服务需求集中，场地和人员已落实，申请建设。", documents: [Network.paper], overrideReason: overrideReason)
    }

    @discardableResult
    func step(
        _ id: ApplicationID, _ action: StageAction, as actor: Actor, opinion: String? = "同意。", number: String? = nil,
        due: String? = nil, documents: [DocumentReference] = []
    ) async throws -> ApplicationReceipt {
        try await site.tell(
            AdvanceApplication(
                application: id, action: action, opinion: opinion, documentNumber: number, due: try due.map { try day($0) },
                documents: documents), as: actor)
    }

    /// Files an application for 浏阳 and takes it to recognition.
    func recognisedWindow() async throws -> ApplicationReceipt {
        let id = try await site.tell(application(), as: Network.liuyang).application
        try await step(id, .accept, as: Network.changsha, opinion: nil)
        try await step(id, .passCityReview, as: Network.changsha)
        try await step(id, .passProvinceReview, as: Network.province)
        try await step(id, .requestAcceptance, as: Network.liuyang, opinion: nil, documents: [Network.paper])
        try await step(id, .passAcceptance, as: Network.changsha, documents: [Network.paper])
        return try await step(id, .recognise, as: Network.province, opinion: nil, number: "湘工信〔2026〕12号")
    }
}

/// The code of the refusal a call meets; `nil` when it meets none.
func refusal(_ body: () async throws -> Void) async -> Refusal? {
    do {
        try await body()
        return nil
    } catch {
        return error as? Refusal
    }
}

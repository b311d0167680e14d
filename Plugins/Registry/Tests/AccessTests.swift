import FoundationEssentials
import Messages
import PluginKit
import RegistryContracts
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

/// After an intended change: `UPDATE_FIXTURES=1 swift test --filter RegistryPluginTests`, then read the difference.
@Suite("谁能进入平台网络的哪些地址")
struct AccessTests {
    @Test("every page and message lets in the persons of the stored matrix; 浏阳's application only its own county, city and province")
    func matrix() async throws {
        let host = try await TestHost([InstalledPlugin(Registry.self)])
        _ = try FileStore(folder: host.folder + "/data/test/files").keep(Network.content, name: "材料.pdf")
        let submission = SubmitApplication(
            kind: .county, region: try region("430181"), title: "浏阳市中小企业公共服务平台", builder: try Network.organisation(11),
            operatingUnit: try Network.organisation(12), mode: .entrustedEnterprise, carrierPark: "测试产业园",
            summary: "全市中小企业服务需求集中，场地和人员已落实，申请建设。", documents: [Network.paper], overrideReason: nil)
        for (kind, at, title) in [(NodeKind.hub, "430000", "湖南省中小企业公共服务平台"), (.city, "430100", "长沙市中小企业公共服务平台")] {
            try await host.tell(
                ImportNode(
                    kind: kind, region: try region(at), title: title, parent: nil, builder: try Network.organisation(1),
                    operatingUnit: try Network.organisation(2), mode: .publicInstitution, recognisedOn: try day("2013-03-01"),
                    overrideReason: nil), as: .province)
        }
        let receipt = try await host.tell(submission, as: .window("430181"))
        let matrix = try await AccessMatrix.asked(
            host, samples: ["id": "\(receipt.application)", "application": "\(receipt.application)", "digest": Network.paper.digest],
            bodies: ["api POST /registry/applications": String(decoding: try JSON.encode(submission), as: UTF8.self)])
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/registry/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(own.text.utf8).write(to: file)
        }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}

import FoundationEssentials
import Messages
import PluginKit
import RegistryContracts
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

@Suite("契约")
struct ContractTests {
    static let path = #filePath.replacing("Tests/ContractTests.swift", with: "Contracts/contract.json")

    func committed() throws -> Contract {
        let data = try #require(FileManager.default.contents(atPath: Self.path))
        return try Contract(parsing: Array(data))
    }

    @Test("The registry keeps what every plug-in promises: contract, golden files, refusal codes, access rules, repetition")
    func conforms() async throws {
        let organisation = try Network.organisation(11)
        let hub = ImportNode(
            kind: .hub, region: try region("430000"), title: "湖南省中小企业公共服务平台", builder: organisation, operatingUnit: organisation,
            mode: .publicInstitution, recognisedOn: try day("2012-06-01"))
        let plan = SetAnnualPlan(year: 2026, counties: [try region("430181")])
        let conformance = Conformance(
            Registry.self, tests: #filePath, refusals: RegistryRefusal.codes.map(\.code),
            samples: [.init(hub, as: .province), .init(plan, as: .province)])
        #expect(try await conformance.problems() == [])
    }

    @Test("A message that disappears, or a field that becomes required, is a breaking change")
    func breakingChangesAreSeen() throws {
        let committed = try committed()
        var smaller = committed
        smaller.messages.removeAll { $0.name.description == "registry.get-node.v1" }
        #expect(!Contract.breakingChanges(from: committed, to: smaller).isEmpty)
        #expect(Contract.breakingChanges(from: smaller, to: committed).isEmpty)

        let index = try #require(committed.messages.firstIndex { $0.name.description == "registry.find-nodes.v1" })
        var stricter = committed
        stricter.messages[index].message = try JSONValue(
            parsing: Array(
                """
                {"type":"object","properties":{"kind":{"type":"string"},"page":{"type":"integer"}},"required":["page"]}
                """.utf8))
        #expect(!Contract.breakingChanges(from: committed, to: stricter).isEmpty)
    }

    @Test("Every message of the contract belongs to the registry; every command and query is on the API")
    func everythingIsExposed() throws {
        let blueprint = try InstalledPlugin(Registry.self).blueprint(settings: .object([]), reference: .loadLocated())
        let contract = blueprint.contract
        #expect(contract.messages.allSatisfy { $0.name.plugin == "registry" })
        let exposed = Set(blueprint.endpoints.map(\.message))
        #expect(contract.messages.filter { $0.kind != .event && !exposed.contains($0.name) }.map(\.name.description) == [])
    }

    @Test("Settings have defaults; a bad value is named")
    func settings() throws {
        let installed = InstalledPlugin(Registry.self)
        _ = try installed.blueprint(
            settings: JSONValue(parsing: Array(#"{"reviewWorkingDays":{"cityReview":3},"overrideRoles":[]}"#.utf8)),
            reference: .loadLocated())
        #expect(throws: Refusal.self) {
            try installed.blueprint(
                settings: JSONValue(parsing: Array(#"{"reviewWorkingDays":{"cityReview":"three"}}"#.utf8)), reference: .loadLocated())
        }
        #expect(throws: Refusal.self) {
            try installed.blueprint(settings: JSONValue(parsing: Array(#"{"coverageLevel":[]}"#.utf8)), reference: .loadLocated())
        }
    }
}

import ExpoContracts
import FoundationEssentials
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("网上博览会的契约")
struct ExpoContractTests {
    @Test("The expo keeps what every plug-in promises: contract, golden files, refusal codes, access rules, repetition")
    func conforms() async throws {
        let conformance = Conformance(
            Expo.self, tests: #filePath, refusals: ExpoRefusal.codes.map(\.code), samples: [.init(try Hallway.draft(), as: Hallway.staff)],
            openCommands: ["expo.turn-to-booth.v1", "/booths/{id}/turn"], beside: [Hallway.plugins[0]])
        let problems = try await conformance.problems()
        #expect(problems == [])
    }

    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let hallway = try await Hallway()
        let walk = APIWalk(hallway.site)
        #expect(walk.operations.count == 26)
        let problems = await walk.problems(as: .everyone)
        #expect(problems == [])
    }

    @Test("Lists are read to their end by their cursors, each once")
    func cursors() async throws {
        let hallway = try await Hallway()
        for index in 2...6 {
            let booth = try await hallway.site.tell(Hallway.application(hallway.exhibition, hall: 2), as: Hallway.exhibitor(index)).booth
            _ = try await hallway.site.tell(ReviewBooth(booth: booth, action: .approve), as: Hallway.staff)
            if index == 4 { _ = try await hallway.site.tell(FeatureBooth(booth: booth, isFeatured: true), as: Hallway.staff) }
        }
        var ids: [BoothID] = []
        var after: Cursor?
        repeat {
            let page = try hallway.site.ask(FindBooths(after: after, limit: 2))
            ids += page.items.map(\.id)
            after = page.next
        } while after != nil
        #expect(ids.map { $0.description.suffix(1) } == ["4", "1", "2", "3", "5", "6"])
    }
}

/// After an intended change: `UPDATE_FIXTURES=1 swift test --filter ExpoAccessTests`, then read the difference.
@Suite("谁能进入网上博览会的哪些地址")
struct ExpoAccessTests {
    @Test("every page and message lets in the persons of the stored matrix")
    func matrix() async throws {
        let host = try await TestHost(Hallway.plugins.map(\.plugin))
        let exhibition = try await host.tell(Hallway.draft(), as: Hallway.staff).exhibition
        _ = try await host.tell(AdvanceExhibition(exhibition: exhibition, action: .publish), as: Hallway.staff)
        let booth = try await host.tell(Hallway.application(exhibition), as: Hallway.exhibitor(1)).booth
        _ = try await host.tell(ReviewBooth(booth: booth, action: .approve), as: Hallway.staff)
        let matrix = try await AccessMatrix.asked(
            host,
            samples: [
                "exhibition": "\(exhibition)", "booth": "\(booth)", "hall": "1", "question": "1", "lead": "01900000-0000-7000-8000-000000000001",
                "/expo/exhibitions/{id}:id": "\(exhibition)", "/expo/booths/{id}:id": "\(booth)",
            ])
        let own = AccessMatrix(rows: matrix.rows.filter { $0.address.contains("/expo/") })
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(own.text.utf8).write(to: file) }
        #expect(try own.text == String(contentsOf: file, encoding: .utf8))
    }
}

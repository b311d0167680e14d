import ExpoContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("展品资料")
struct DocumentTests {
    @Test("A visitor gets the document of an approved booth, and not that of one that waits for approval; its exhibitor gets it")
    func shownAndHidden() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        func document(_ booth: BoothID, _ title: String, of exhibitor: Actor) async throws -> String {
            let kept = try site.files.keep(Array("%PDF-1.7 \(title)".utf8), name: "\(title).pdf")
            var content = Hallway.content(booth)
            content.exhibits[0].documents = [AttachmentReference(digest: kept.digest, name: "\(title).pdf", type: "application/pdf", length: Int64(kept.size))]
            _ = try await site.tell(content, as: exhibitor)
            return kept.digest
        }
        let shown = try await document(hallway.booth, "减速机说明", of: Hallway.exhibitor(1))
        let other = try Hallway.exhibitor(2)
        let waiting = try await site.tell(Hallway.application(hallway.exhibition), as: other).booth
        let hidden = try await document(waiting, "新品说明", of: other)
        #expect(await site.call("GET", "/api/test/files/\(shown)", as: .visitor).status == 200)
        #expect(await site.call("GET", "/api/test/files/\(hidden)", as: .visitor).status == 401)
        #expect(try await site.call("GET", "/api/test/files/\(hidden)", as: Hallway.exhibitor(1)).status == 404)
        #expect(await site.call("GET", "/api/test/files/\(hidden)", as: other).status == 200)
        _ = try await site.tell(ReviewBooth(booth: waiting, action: .approve), as: Hallway.staff)
        #expect(await site.call("GET", "/api/test/files/\(hidden)", as: .visitor).status == 200)
    }
}

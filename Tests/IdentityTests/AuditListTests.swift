import FoundationEssentials
import Identity
import Testing

@Test("the published list of audit events is the list in the program")
func publishedList() throws {
    let readme = #filePath.replacing("Tests/IdentityTests/AuditListTests.swift", with: "Modules/Identity/README.md")
    let data = try #require(FileManager.default.contents(atPath: readme))
    let text = String(decoding: data, as: UTF8.self)
    for event in AuditEvent.allCases {
        #expect(text.contains("`\(event.rawValue)` \(event.title)"))
    }
}

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
    // And nothing else stands there: what the program no longer writes must not be promised.
    let chapter = try #require(text.components(separatedBy: "\n## Audit events").dropFirst().first?.components(separatedBy: "\n## ").first)
    let published = chapter.matches(of: /`([a-z][a-z-]*)` ([\u{4E00}-\u{9FFF}]+)/).map { "\($0.1) \($0.2)" }
    #expect(Set(published) == Set(AuditEvent.allCases.map { "\($0.rawValue) \($0.title)" }))
    #expect(published.count == AuditEvent.allCases.count, "each stands there once")
}

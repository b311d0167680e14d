import Foundation
import Pages
import Testing

/// Stored markup of every component and page. After an intended change: `UPDATE_FIXTURES=1 swift test --filter PagesTests`,
/// then read the difference.
@Suite("Markup stays as it was looked at")
struct FixtureTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    @Test("each component writes its stored markup", arguments: Samples.components.map(\.name))
    func componentMatchesFixture(name: String) throws {
        try compare(Samples.html(name).description, with: name)
    }

    @Test("each page kind writes its stored document", arguments: Samples.pages.map(\.name))
    func pageMatchesFixture(name: String) throws {
        let sample = try #require(Samples.pages.first { $0.name == name })
        try compare(String(decoding: sample.shell.render(sample.page), as: UTF8.self), with: "page-\(name)")
    }

    @Test("every fixture belongs to a component or a page")
    func noFixtureIsLeftOver() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let known = Set(Samples.components.map { "\($0.name).html" } + Samples.pages.map { "page-\($0.name).html" })
        #expect(files.filter { !known.contains($0) && !$0.hasPrefix(".") && $0 != "QR" } == [])
    }

    /// One element a line, so that a difference is readable.
    private func compare(_ markup: String, with name: String) throws {
        let lines = markup.replacingOccurrences(of: "><", with: ">\n<") + "\n"
        let file = Self.folder.appending(path: "\(name).html")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try lines.write(to: file, atomically: true, encoding: .utf8)
        }
        let stored = try String(contentsOf: file, encoding: .utf8)
        #expect(lines == stored, "\(name) differs from its fixture")
    }
}

/// Writes the pages with their assets for looking at in a browser: `PAGES_PREVIEW=/tmp/preview swift test --filter Preview`.
@Suite("Preview")
struct Preview {
    @Test(
        "pages and assets are written for the eye",
        .enabled(if: ProcessInfo.processInfo.environment["PAGES_PREVIEW"] != nil))
    func write() throws {
        let folder = URL(fileURLWithPath: try #require(ProcessInfo.processInfo.environment["PAGES_PREVIEW"]))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for sample in Samples.pages {
            try Data(sample.shell.render(sample.page)).write(to: folder.appending(path: "\(sample.name).html"))
        }
        try Data(Assets.stylesheet.bytes).write(to: folder.appending(path: "base.css"))
        try Data(Assets.theme(accent: Samples.site.accent).bytes).write(to: folder.appending(path: "theme.css"))
        try Data(Assets.enhancements.bytes).write(to: folder.appending(path: "enhance.js"))
    }
}

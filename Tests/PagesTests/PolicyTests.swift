import Foundation
import Pages
import Testing

/// What must hold of every piece of markup, whoever wrote it.
@Suite("Every page keeps the policy and the landmarks")
struct PolicyTests {
    static let everything: [(name: String, markup: String)] =
        Samples.components.map { ($0.name, $0.html.description) }
        + Samples.pages.map { ($0.name, String(decoding: $0.shell.render($0.page), as: UTF8.self)) }

    /// Start tags with their attributes; attribute values cannot hold `>`, since it is escaped.
    static func tags(in markup: String) -> [Substring] {
        markup.split(separator: "<").compactMap { piece in
            piece.firstIndex(of: ">").map { piece[..<$0] }
        }.filter { !$0.hasPrefix("/") && !$0.hasPrefix("!") }
    }

    /// Names of a tag's attributes, values removed.
    static func attributes(of tag: Substring) -> [String] {
        let parts = tag.split(separator: "\"", omittingEmptySubsequences: false)
        let outside = parts.enumerated().filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: " ")
        return outside.split(whereSeparator: { " =/".contains($0) }).dropFirst().map { $0.lowercased() }
    }

    @Test("no inline style, no handler attribute, no inline script")
    func nothingInline() {
        for (_, markup) in Self.everything {
            for tag in Self.tags(in: markup) {
                let names = Self.attributes(of: tag)
                #expect(!names.contains("style"), "inline style: \(tag)")
                #expect(!names.contains { $0.hasPrefix("on") }, "handler: \(tag)")
                #expect(!tag.hasPrefix("style"), "style element: \(tag)")
                if tag.hasPrefix("script") { #expect(names.contains("src"), "inline script: \(tag)") }
            }
            #expect(!markup.lowercased().contains("javascript:"))
        }
    }

    @Test("the checks see an inline style and a handler when there is one")
    func checksCanFail() {
        let tag = Self.tags(in: "<p class=\"a\" style=\"color:red\" onclick=\"x\">x</p>")[0]
        #expect(Self.attributes(of: tag) == ["class", "style", "onclick"])
    }

    @Test(
        "a page has one h1, one main, one header, one footer, a title and a language",
        arguments: Samples.pages.map(\.name))
    func landmarks(name: String) throws {
        let markup = try #require(Self.everything.last { $0.name == name }).markup
        for tag in ["h1", "main", "header", "footer"] {
            let count = Self.tags(in: markup).count { $0 == tag || $0.hasPrefix(tag + " ") }
            #expect(count == 1, "\(count) × \(tag)")
        }
        #expect(markup.hasPrefix("<!doctype html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"))
        #expect(markup.contains("href=\"#main\" class=\"skip\"") && markup.contains("<main id=\"main\""))
        #expect(markup.components(separatedBy: "role=\"search\"").count <= 2, "more than one search box")
    }

    @Test(
        "ids are unique and every label, description and fragment points at one", arguments: Samples.pages.map(\.name))
    func references(name: String) throws {
        let markup = try #require(Self.everything.last { $0.name == name }).markup
        func values(_ attribute: String) -> [String] {
            markup.components(separatedBy: " \(attribute)=\"").dropFirst().map { String($0.prefix { $0 != "\"" }) }
        }
        let ids = values("id")
        #expect(Set(ids).count == ids.count, "an id stands twice")
        let references =
            values("for") + values("aria-labelledby")
            + values("aria-describedby").flatMap { $0.components(separatedBy: " ") }
            + values("href").filter { $0.hasPrefix("#") && $0.count > 1 }.map { String($0.dropFirst()) }
        for reference in references { #expect(ids.contains(reference), "nothing has the id \(reference)") }
    }

    @Test("every visible control has a label", arguments: ["form", "form-refused", "filters"])
    func labels(name: String) {
        let markup = Samples.html(name).description
        for tag in Self.tags(in: markup) {
            guard let kind = tag.split(separator: " ").first, ["input", "select", "textarea"].contains(kind),
                !tag.contains("type=\"hidden\"")
            else { continue }
            let id = tag.components(separatedBy: " id=\"").last.map { String($0.prefix { $0 != "\"" }) } ?? ""
            #expect(markup.contains("<label for=\"\(id)\""), "no label: \(tag)")
        }
    }

    @Test("the policy allows what the shell links and nothing inline")
    func policy() {
        let policy = Assets.contentSecurityPolicy
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("\n"))
        for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'", "script-src 'self'", "media-src 'self'"] {
            #expect(policy.contains(part))
        }
    }
}

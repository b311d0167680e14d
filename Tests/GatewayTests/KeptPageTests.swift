import Bus
import Messages
import Pages
import PluginKit
import Store
import Synchronization
import TestKit
import Testing
import Vocabulary

@testable import Gateway

/// A board with one text that staff changes; its pages count how often they are made.
private struct Board: Plugin {
    static let manifest = Manifest(id: "board", title: "公告栏", version: "1.0.0")
    static let made = Mutex(0)
    static let again = Mutex<[[String: String]]>([])

    static func register(in plugin: inout Registration<NoSettings>) {
        plugin.holdsNoPersonalData()
        plugin.migrations([Migration(1, "board", "CREATE TABLE text (n INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT")])
        plugin.handle(PinText.self, access: .anyone) { command, tx in
            try tx.run("INSERT INTO text (words) VALUES (?)", command.words)
            return Done()
        }
        plugin.answer(ReadText.self, access: .anyone) { _, snapshot in try snapshot.value("SELECT words FROM text ORDER BY n DESC LIMIT 1") ?? "还没有公告" }
        plugin.page("/", access: .anyone, kept: true) { request, context in
            let count = made.withLock { count in
                count += 1
                return count
            }
            let words = try context.ask(ReadText())
            return .page(Page(title: "公告") { p("\(words) 第\(count)次 \(request.actor.name) \(request.fields["q"] ?? "") \(Format.time(request.now))") })
        }
        plugin.page("/rooms/{room}", access: .anyone, kept: true, again: { parameters in again.withLock { $0.append(parameters) } }) { request, _ in
            made.withLock { $0 += 1 }
            return .page(Page(title: "公告") { p("第 \(request.parameters["room"] ?? "") 室") })
        }
        plugin.page("/form", access: .anyone, kept: true) { request, _ in
            .page(Page(title: "留言") { Form(post: "\(request.base)/form", of: request, submit: "提交") { form in form.text("words", "内容") } })
        }
        plugin.post("/form", access: .anyone) { request, _ in .redirect(to: "\(request.base)/", notice: "已收到。") }
    }
}

private struct PinText: Command {
    typealias Reply = Done
    static let name: WireName = "board.pin-text.v1"
    var words: String
}

private struct ReadText: Query {
    typealias Reply = String
    static let name: WireName = "board.read-text.v1"
}

@Suite("Gateway: pages rendered once for all visitors", .serialized)
struct KeptPageTests {
    private let host: TestHost

    init() async throws { host = try await TestHost([InstalledPlugin(Board.self)]) }

    private func look(_ visitor: TestVisitor? = nil, _ path: String = "/test/board/") async throws -> String {
        let answer = try await (visitor ?? host.visitor(.router)).get(path)
        #expect(answer.status == 200)
        return answer.text
    }

    @Test("Visitors see one rendering; a commit makes the next view new, and so does the next minute")
    func commits() async throws {
        let first = try await look()
        #expect(first.contains("还没有公告"))
        #expect(try await look() == first)
        try await host.tell(PinText(words: "周五停电"), as: .visitor)
        let second = try await look()
        #expect(second.contains("周五停电"))
        #expect(try await look() == second)
        host.clock.advance(by: .seconds(60))
        let third = try await look()
        #expect(third != second && third.contains("周五停电"))
    }

    @Test("Each look runs the body or is told of as one more, with its parameters, never both")
    func again() async throws {
        let (made, again) = (Board.made.withLock { $0 }, Board.again.withLock { $0.count })
        for room in ["1", "2"] { for _ in 0..<5 { _ = try await look(nil, "/test/board/rooms/\(room)") } }
        _ = try await look(nil, "/test/board/rooms/1?q=x")
        #expect(Board.made.withLock { $0 } - made == 3)
        let told = Board.again.withLock { Array($0.dropFirst(again)) }
        #expect(told.map { $0["room"] } == ["1", "1", "1", "1", "2", "2", "2", "2"])
    }

    @Test("What a signed-in person sees is made for that person, and nobody else sees it")
    func persons() async throws {
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        try await host.account("chen", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let liu = host.visitor(.router), chen = host.visitor(.router)
        try await liu.signIn("liu")
        try await chen.signIn("chen")
        let nobody = try await look()
        #expect(!nobody.contains("测试·liu"))
        let own = try await look(liu)
        #expect(own.contains("测试·liu") && own != nobody)
        let other = try await look(chen)
        #expect(other.contains("测试·chen") && !other.contains("测试·liu"))
        #expect(try await look() == nobody)
    }

    @Test("A page with a form is made for each browser: no two have one token")
    func forms() async throws {
        let one = try await host.visitor(.router).get("/test/board/form"), two = try await host.visitor(.router).get("/test/board/form")
        let (first, second) = (try #require(one.hidden("_csrf")), try #require(two.hidden("_csrf")))
        #expect(first != second)
        #expect(one["Set-Cookie"] != nil && two["Set-Cookie"] != nil)
        #expect(one.hidden("_id") != two.hidden("_id"))
    }

    @Test("A kept page sets no cookie; one asked with a query, or after a notice, is made anew")
    func exceptions() async throws {
        let kept = try await host.visitor(.router).get("/test/board/")
        #expect(kept["Set-Cookie"] == nil)
        let asked = try await look(nil, "/test/board/?q=%E6%9F%A5")
        #expect(asked.contains("查") && asked != kept.text)
        #expect(try await look() == kept.text)
        let writer = host.visitor(.router)
        let form = try await writer.get("/test/board/form")
        _ = try await writer.post("/test/board/form", [("words", "好")], token: form.hidden("_csrf"))
        let noticed = try await look(writer)
        #expect(noticed.contains("已收到。"))
        #expect(try await look() == kept.text)
    }

    @Test("What is kept is bounded: strangers who ask for many addresses cannot fill the memory")
    func bound() {
        let kept = KeptPages()
        let stamp = KeptPages.Stamp(commits: 1, minute: 1)
        for number in 0..<100 { kept.keep(.answer([]), size: 1 << 20, at: "/\(number)", stamp) }
        #expect(kept.size <= KeptPages.most)
        #expect(kept.find("/99", stamp) != nil && kept.find("/0", stamp) == nil)
        #expect(kept.find("/99", KeptPages.Stamp(commits: 2, minute: 1)) == nil)
        kept.keep(.answer([]), size: KeptPages.most + 1, at: "/big", stamp)
        #expect(kept.find("/big", stamp) == nil)
    }
}

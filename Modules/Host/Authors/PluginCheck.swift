import Bus
import Crypto
import FoundationEssentials
import Gateway
import Messages
import Pages
import PluginKit
import Vocabulary

/// Whether a plug-in's process keeps `Modules/Bus/PROTOCOL.md`: messages made from its schemas, good and broken ones, everything twice,
/// and its end by kill -9 at every step.
///
/// - `PluginCheck+messages`: queries and commands; `PluginCheck+log`: what its log says
/// - `PluginCheck+hearing`: events of others
/// - `PluginCheck+faces`: pages, to-dos, search, personal data, care
/// - `PluginCheck+kills`: its end, at rest, in the midst of load, and at each verb
struct PluginCheck {
    let host: FakeHost
    var declaration: Declaration { host.declaration }
    /// Whoever may do anything.
    static let everyone = Actor(
        kind: .person, id: "check-person", name: "测试·全部角色", grants: Role.wellKnown.map { Grant($0.role) })
    let ids = IDSource.system(.system)

    /// An accepted command, and how many entries it left.
    struct Accepted {
        var name: WireName
        var body: JSONValue
        var entries: Int
        /// It can be sent with `judged`.
        var isJudged: Bool
    }

    /// What it hears and nobody here publishes.
    private var unknown: [String] {
        (declaration.hears + (declaration.hearsBeyond ?? [])).filter { name in name.plugin != declaration.manifest.id && !host.heard.contains { $0.name == name } }
            .map(\.description)
    }

    init(_ host: FakeHost) { self.host = host }

    /// Runs everything; what went wrong stands in `host.faults`.
    ///
    /// - Parameter say: gets what was done, Chinese, a line each as it is done.
    func run(_ say: (String) -> Void) async {
        guard await host.start() else { return say("握手：未完成") }
        say("握手与登记表")
        await heartbeat()
        await strangers()
        say("心跳、未知消息与未知指令")
        // Every message would be waited for in vain.
        guard await answers() else { return say("不再应答，核验到此为止") }
        let queries = declaration.messages.filter { $0.kind == .query }
        var sent = 0
        for query in queries { sent += await ask(query) }
        say("查询 \(queries.count) 种，共 \(sent) 条，正确的与错误的都有，每条问两次")
        let commands = declaration.messages.filter { $0.kind == .command }
        var accepted: [Accepted] = []
        sent = 0
        for command in commands {
            let (taken, count) = await tell(command)
            accepted += taken
            sent += count
        }
        say("命令 \(commands.count) 种，共 \(sent) 条，正确的与错误的都有，每条发送两次；受理 \(Set(accepted.map(\.name)).count) 种")
        sent = 0
        for source in host.sources { sent += await hear(source) }
        guard await answers() else { return say("不再应答，核验到此为止") }
        if !declaration.hears.isEmpty || declaration.hearsBeyond?.isEmpty == false {
            say("接收的事件 \(host.heard.count) 种，共 \(sent) 条，正确的与错误的都有，每条两次\(unknown.isEmpty ? "" : "；发布方未知、未核验：\(unknown.joined(separator: "、"))")")
        }
        await faces()
        say("页面 \(declaration.pages.count) 个、待办、搜索、滞留消息\(declaration.keepsPersonalData ? "、个人信息" : "")")
        _ = await entries()
        let rounds = await kills(accepted)
        say("kill -9 \(rounds) 次：静止时、处理中、启动各步、每种消息与操作，事件日志连续、无重复")
        await host.stop()
        say("停止")
    }

    func alive(_ chapter: String, _ what: String) async {
        guard let exit = host.exit else { return }
        host.fault(chapter, "\(what): the process ended, \(exit.description)")
        await host.kill()
        _ = await host.start()
    }

    /// Whether it still does what it is asked, if need be after a new start.
    private func answers() async -> Bool {
        for _ in 0..<2 {
            if (try? await host.line.call(.call("ping"), within: .seconds(15))) != nil { return true }
            await host.kill()
            guard await host.start() else { break }
        }
        host.fault("ping", "it does not answer any more")
        return false
    }

    private func heartbeat() async {
        do { _ = try await host.line.call(.call("ping"), within: .seconds(5)) } catch { host.fault("ping", "\(error.code)") }
    }

    /// A refusal must be a problem object, and must not say that something broke.
    func judge(_ refusal: Refusal, _ chapter: String, _ what: String, mayFail: Bool = false) {
        if refusal.code == "messages.remote" { return host.fault("Refusals", "\(what): no problem object with `code`") }
        if refusal.message.isEmpty { host.fault("Refusals", "\(what): no `detail`") }
        if refusal.status >= 500, !mayFail { host.fault(chapter, "\(what): \(refusal.status) \(refusal.code)") }
    }

    private func strangers() async {
        for verb in ["no-such-verb", "command", "query"] {
            var head = FrameHead.call(verb)
            if verb != "no-such-verb" {
                let name: WireName = "check.no-such-message.v1"
                head.name = name
                head.actor = Self.everyone
                head.envelope = verb == "command" ? envelope(name, ids.next()) : nil
            }
            do {
                _ = try await host.line.call(head, body: [123, 125], within: .seconds(5))
                host.fault("Verbs", "`\(verb)` of something unknown is answered instead of refused")
            } catch { judge(error, "Verbs", "`\(verb)` of something unknown", mayFail: error.status == 501) }
        }
        host.line.note(.note("no-such-note"))
        // Of a call that never was, and of one that is under way: neither may end it, nor keep the next one waiting.
        var cancel = FrameHead.note("cancel")
        cancel.id = 1 << 40
        host.line.note(cancel)
        if let id = host.line.call(.call("ping"), within: .seconds(5), then: { _ in }) { host.line.cancel(id) }
        await heartbeat()
        // The same where it waits for nothing else but the next frame.
        await FakeHost.pause(.milliseconds(100))
        host.line.note(cancel)
        await FakeHost.pause(.milliseconds(100))
        do { _ = try await host.line.call(.call("ping"), within: .seconds(5)) } catch {
            host.fault("Verbs", "after `cancel` of a call that never was, `ping` is not answered: \(error.code)")
        }
        await alive("Verbs", "unknown verbs")
    }
}

import Bus
import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

/// `/{site}/stories/{correlation}`: everything that came of one message, over plug-ins, as far as each of them lets the person see it.
enum StoryPages {
    static let name = "stories"
    static let access = Access.signedIn

    /// What the API answers.
    struct Answer: Codable, Sendable {
        var correlation: MessageID
        var steps: [StoryStep]
        /// Plug-ins in processes of their own, whose events do not stand here.
        var missing: [String]
    }

    /// - Throws: a `Refusal` where there is nothing that this person may see: whether there is anything is not told.
    static func answer(_ text: Substring, at site: SiteFace, for actor: Actor, now: Timestamp) throws -> Answer {
        guard let correlation = MessageID(String(text)) else { throw Refusal.storyUnknown }
        var logs: [[StoryEntry]] = []
        for part in site.parts {
            guard let plug = part.plug else { continue }
            logs.append(
                try part.blueprint.story(of: correlation, in: plug, base: "\(site.root)\(part.id)", for: actor, now: now, names: site.identity.name(of:)))
        }
        let steps = Story.ordered(logs)
        guard !steps.isEmpty else { throw Refusal.storyUnknown }
        return Answer(correlation: correlation, steps: steps, missing: site.parts.filter { $0.plug == nil }.map(\.id))
    }

    static func page(_ text: Substring, _ visit: Visit) throws -> PageReply {
        let site = visit.site
        let answer = try answer(text, at: site, for: visit.caller.actor, now: visit.request.now)
        let titles = Dictionary(site.parts.map { ($0.id, $0.blueprint.manifest.title) }) { first, _ in first }
        return .page(
            Page(
                title: "跨业务全程记录", trail: [("我的", site.root + "me")],
                header: PageHeader(caption: "关联编号 \(answer.correlation)", lead: "同一件事在各项业务中的经过，按时间先后排列；只列出您有权查看的部分。")
            ) {
                subjects(answer.steps, titles)
                Timeline(
                    answer.steps.map { step in
                        Timeline.Entry(
                            at: step.at, actor: step.actor, title: step.title, tone: .info,
                            details: p(.class("muted")) {
                                "\(titles[step.plugin] ?? step.plugin) · "
                                a(step.subjectTitle, href: step.path)
                            })
                    }, now: visit.request.now, title: "经过")
                if !answer.missing.isEmpty {
                    Notice("在独立进程中运行的业务没有列入：\(answer.missing.map { titles[$0] ?? $0 }.joined(separator: "、"))。", tone: .warning)
                }
            })
    }

    /// Every subject once, in the order in which they came up.
    private static func subjects(_ steps: [StoryStep], _ titles: [String: String]) -> HTML {
        var seen: Set<String> = []
        let first = steps.filter { seen.insert("\($0.plugin) \($0.subject)").inserted }
        return DataTable(
            "所涉事项", columns: [.text("业务"), .text("事项"), .text("开始")],
            rows: first.map { [.text(titles[$0.plugin] ?? $0.plugin), .link($0.subjectTitle, $0.path), .moment($0.at)] }
        ).html
    }
}

extension Gateway {
    /// `GET /api/{site}/stories/{correlation}`; reads the logs of all plug-ins, so it leaves the event loop.
    func story(_ path: Substring, _ call: APICall) {
        guard call.isRead else { return wrongMethod(call, allowed: ["GET"]) }
        let run = heavy.run { [self] in
            do {
                if let query = call.request.query { throw try Refusal.strayQuery(query) }
                guard StoryPages.access.allows(call.caller.actor) else { throw Refusal.signInRequired }
                if let refusal = call.caller.confined { throw refusal }
                guard Acceptance.admits("application/json", call.request.field("Accept")) else { throw Refusal.notAcceptable("application/json") }
                let answer = try StoryPages.answer(path.dropFirst(), at: call.site, for: call.caller.actor, now: clock.now)
                send(.json(200, try JSON.encode(answer)), call)
            } catch {
                refuse(failure(error, call), call)
            }
        }
        if !run { refuse(.busy, call) }
    }
}

extension Refusal {
    static let storyUnknown = Refusal(
        "gateway.story-unknown", status: 404, message: "没有这个关联编号的记录，或其中没有您可以查看的事项。请从线索、需求或订单页面的“跨业务全程记录”进入。",
        log: "no story of that correlation for the actor")
}

/// How stories are described in OpenAPI.
enum StoryDocumentation {
    static let statuses = [400, 401, 403, 404, 406, 414, 429, 431, 500, 503]

    static func operation(security: JSONValue, refusals: ([Int]) -> [JSONValue.Member]) -> JSONValue {
        [
            "operationId": "stories.get.v1", "tags": ["stories"], "summary": "查看一个关联编号的全程记录",
            "description": .string("同一件事在各插件中的事件，按时间先后；只含调用者有权查看的事项，一项也没有时回 404。每个插件至多 \(Story.most) 条。"),
            "parameters": [
                [
                    "name": "correlation", "in": "path", "required": true, "description": "关联编号（correlation）",
                    "schema": ["type": "string", "format": "uuid"],
                ]
            ],
            "responses": .object(
                [.init("200", ["description": "成功", "content": ["application/json": ["schema": Schema.of(StoryPages.Answer.self).json]]])] + refusals(statuses)),
            "security": security,
        ]
    }
}

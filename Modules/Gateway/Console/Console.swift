import Messages
import Network
import Pages
import PluginKit

/// A chapter of the console `/{site}/console/…`, where the three administrators work: accounts, partners, audit, operation.
///
/// A chapter states its rule once; each of its pages may narrow it. What the person may not enter is not shown.
struct ConsoleChapter: Sendable {
    /// First segment below `/{site}/console/`.
    let id: String
    let title: String
    /// One short sentence for the console's front page.
    let note: String
    let icon: Icon
    let access: Access
    let pages: [ConsolePage]
}

/// A page of a chapter; the pattern begins below the chapter, `/`, `/{id}`, `/{id}/discard`.
struct ConsolePage: Sendable {
    typealias Body = @Sendable (Gateway, inout Visit) async throws -> PageReply
    let route: RouteShape
    /// Narrower than the chapter's rule; `nil`: the chapter's.
    let access: Access?
    let body: Body

    static func get(_ pattern: String, access: Access? = nil, _ body: @escaping Body) -> ConsolePage {
        ConsolePage(route: .get(pattern), access: access, body: body)
    }

    static func post(_ pattern: String, access: Access? = nil, _ body: @escaping Body) -> ConsolePage {
        ConsolePage(route: .post(pattern), access: access, body: body)
    }
}

/// The console's table of contents.
struct Console: Sendable {
    static let chapters: [ConsoleChapter] = [
        .accounts, .organisations, .partners, .exchange, .emergency, .policy, .privacy, .audit, .plugins, .erasures, .links, .parked, .jobs, .flow, .operation,
    ]
    static let standard = Console(chapters)

    let chapters: [ConsoleChapter]
    private let tables: [String: RouteTable<ConsolePage>]

    init(_ chapters: [ConsoleChapter]) {
        self.chapters = chapters
        tables = Dictionary(
            chapters.map { chapter in
                var table = RouteTable<ConsolePage>()
                for page in chapter.pages { table.add(page.route, page) }
                return (chapter.id, table)
            }
        ) { first, _ in first }
    }

    /// The chapters that the actor may enter.
    func open(to actor: Actor) -> [ConsoleChapter] { chapters.filter { $0.access.allows(actor) } }

    /// The page behind a method and a path below `/{site}/console`, when the actor may see it.
    func page(_ method: String, _ path: Substring, for actor: Actor) throws(Refusal) -> (ConsoleChapter, ConsolePage, [String: String]) {
        let (id, rest) = Gateway.split(path)
        guard let chapter = chapters.first(where: { $0.id == id }), let table = tables[chapter.id] else { throw .notFound }
        switch table.match(method, rest.isEmpty ? "/" : rest) {
        case .nothing: throw .notFound
        case .otherMethod(let allowed): throw .methodNotAllowed(allowed)
        case .found(let page, let parameters):
            guard chapter.access.allows(actor), page.access?.allows(actor) ?? true else {
                throw actor.kind == .visitor ? .signInRequired : .forbidden
            }
            return (chapter, page, Dictionary(parameters.map { ($0.name, $0.value) }) { first, _ in first })
        }
    }
}

extension Visit {
    /// A path of the console: `consolePath("parked", "/3")` is `/{site}/console/parked/3`.
    func consolePath(_ chapter: String, _ rest: String = "/") -> String { "\(site.root)console/\(chapter)\(rest)" }

    /// The trail of a page below a chapter's first one.
    func consoleTrail(_ chapter: ConsoleChapter, withSelf: Bool = true) -> [(title: String, path: String)] {
        [("控制台", site.root + "console")] + (withSelf ? [(chapter.title, consolePath(chapter.id))] : [])
    }
}

extension Gateway {
    /// `/{site}/console` and below.
    func consolePage(_ rest: Substring, _ caller: Caller, _ request: HTTPRequest) throws(Refusal) -> OwnPage {
        let actor = caller.actor
        if rest.isEmpty || rest == "/" {
            guard !Console.standard.open(to: actor).isEmpty else { throw actor.kind == .visitor ? .signInRequired : .forbidden }
            guard request.method == .get || request.method == .head else { throw .methodNotAllowed(["GET"]) }
            return { visit in Self.consoleFront(visit) }
        }
        let (_, page, parameters) = try Console.standard.page(request.method.rawValue, rest, for: actor)
        return { [self] visit in
            visit.request.parameters = parameters
            return try await page.body(self, &visit)
        }
    }

    private static func consoleFront(_ visit: Visit) -> PageReply {
        .page(
            Page(
                title: "控制台",
                header: PageHeader(lead: "系统、安全、审计三类管理员各管一部分，互不兼任；这里是您可以办理的部分，每次办理都有审计记录。")
            ) {
                EntranceGrid(
                    Console.standard.open(to: visit.caller.actor).map { chapter in
                        EntranceGrid.Entrance(chapter.title, chapter.note, href: visit.consolePath(chapter.id), icon: chapter.icon)
                    })
            })
    }
}

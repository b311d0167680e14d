import Gateway
import Host
import Messages
import Pages
import PluginKit

/// Everything that a visitor without an account gets of a site's plug-ins: every public page and every public query on the API. Plant values
/// first, then look for them.
///
/// ```swift
/// for one in try await PublicWalk(site, samples: ["id": [demand]]).answers() { #expect(!one.text.contains("13900139000"), "\(one.address)") }
/// ```
public struct PublicWalk {
    public struct Answer: Sendable {
        public let address: String
        public let text: String
    }

    private let site: TestSite
    private let samples: [String: [String]]

    /// - Parameter samples: what stands for `{name}` in addresses, tried one after the other; what there is not is refused, and that is an answer too.
    public init(_ site: TestSite, samples: [String: [String]]) {
        self.site = site
        self.samples = samples
    }

    public func answers() async throws -> [Answer] {
        var found: [Answer] = []
        for part in site.site.face.parts {
            let id = part.blueprint.manifest.id
            for page in part.blueprint.pages where page.route.method == "GET" && page.access.allows(.visitor) {
                for path in addresses("/\(id)\(page.route.pattern)") {
                    let reply: PageReply
                    do { reply = try await site.get(path) } catch let refusal as Refusal {
                        found.append(Answer(address: path, text: refusal.message))
                        continue
                    }
                    found.append(Answer(address: path, text: Self.text(reply)))
                }
            }
            let open = Set(part.blueprint.wiring.queries.filter { $0.access.allows(.visitor) }.map(\.name))
            for endpoint in part.blueprint.endpoints where open.contains(endpoint.message) {
                for path in addresses("/api/\(site.site.card.id)/\(id)\(endpoint.route.pattern)") {
                    found.append(Answer(address: path, text: await site.call("GET", path).text))
                }
            }
        }
        return found
    }

    /// The pattern with each sample in each place.
    private func addresses(_ pattern: String) -> [String] {
        pattern.split(separator: "/").reduce([""]) { paths, segment in
            guard segment.first == "{" else { return paths.map { "\($0)/\(segment)" } }
            let values = samples[String(segment.dropFirst().dropLast())] ?? ["1"]
            return paths.flatMap { path in values.map { "\(path)/\($0)" } }
        }
    }

    private static func text(_ reply: PageReply) -> String {
        switch reply {
        case .page(let page):
            [page.title, page.header?.caption, page.header?.lead, page.header?.nextStep?.description, page.header?.actions?.description, page.content.description]
                .compactMap { $0 }.joined(separator: "\n")
        case .csv(_, let rows): rows.map { $0.joined(separator: ",") }.joined(separator: "\n")
        case .download(_, _, let bytes): String(decoding: bytes, as: UTF8.self)
        case .redirect(let to, let notice): to + (notice ?? "")
        case .live(let part): part.description
        case .answer(_, _, let bytes): String(decoding: bytes, as: UTF8.self)
        case .file: ""
        }
    }
}

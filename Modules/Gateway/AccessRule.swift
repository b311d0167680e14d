package import Messages
import PluginKit

/// An address that the gateway serves at a site, with every rule that a person must satisfy to come in.
package struct AccessRule: Sendable, Hashable {
    package enum Door: String, Sendable, Hashable, CaseIterable {
        case page, api
    }

    package let door: Door
    package let method: String
    /// Below the site, `/desk/slips/{id}`.
    package let pattern: String
    package let rules: [Access]

    package init(_ door: Door, _ method: String, _ pattern: String, _ rules: [Access]) {
        self.door = door
        self.method = method
        self.pattern = pattern
        self.rules = rules
    }

    package func allows(_ actor: Actor) -> Bool { rules.allSatisfy { $0.allows(actor) } }

    /// `page GET /desk/slips/{id}`
    package var address: String { "\(door.rawValue) \(method) \(pattern)" }

    /// The pattern with every `{name}` filled in, by `pattern:name` or by `name`; what is not given is `1`.
    package func path(_ samples: [String: String]) -> String {
        pattern.split(separator: "/", omittingEmptySubsequences: false).map { segment in
            guard segment.first == "{" else { return String(segment) }
            let name = segment.dropFirst().dropLast()
            return samples["\(pattern):\(name)"] ?? samples[String(name)] ?? "1"
        }.joined(separator: "/")
    }
}

extension SiteFace {
    /// Everything that can be asked for at this site: own pages, console, pages and messages of the plug-ins, in a fixed order.
    package var accessRules: [AccessRule] {
        var all: [AccessRule] = []
        for (name, route) in Gateway.ownRoutes.sorted(by: { $0.key < $1.key }) {
            for method in route.methods { all.append(AccessRule(.page, method, "/" + name, [route.access])) }
        }
        all.append(AccessRule(.page, "GET", "/\(StoryPages.name)/{correlation}", [StoryPages.access]))
        all.append(AccessRule(.page, "GET", "/console", [.roles(Console.chapters.flatMap(\.access.roleList))]))
        for chapter in Console.chapters {
            for page in chapter.pages {
                let rules = [chapter.access] + (page.access.map { [$0] } ?? [])
                all.append(AccessRule(.page, page.route.method, "/console/\(chapter.id)\(page.route.pattern)", rules))
            }
        }
        for part in parts {
            let blueprint = part.blueprint
            let id = blueprint.manifest.id
            for page in blueprint.pages { all.append(AccessRule(.page, page.route.method, "/\(id)\(page.route.pattern)", [page.access])) }
            for route in blueprint.interfaces { all.append(AccessRule(.api, route.route.method, "/\(id)\(route.route.pattern)", [.anyone])) }
            for endpoint in blueprint.endpoints {
                let access =
                    endpoint.kind == .command
                    ? blueprint.wiring.commands.first { $0.name == endpoint.message }?.access
                    : blueprint.wiring.queries.first { $0.name == endpoint.message }?.access
                all.append(AccessRule(.api, endpoint.route.method, "/\(id)\(endpoint.route.pattern)", [access ?? .system]))
            }
        }
        all.append(AccessRule(.api, "GET", "/\(StoryPages.name)/{correlation}", [StoryPages.access]))
        return all + ownServices
    }

    /// What the gateway itself serves below `/api/{site}`. What only partners' programs may ask for is `.system`: nobody who signs in gets it.
    private var ownServices: [AccessRule] {
        func rules(_ service: String, _ shapes: [RouteShape], _ access: (RouteShape) -> Access) -> [AccessRule] {
            shapes.map { AccessRule(.api, $0.method, "/" + service + $0.pattern, [access($0)]) }
        }
        var all = [AccessRule(.api, "GET", "/" + OwnService.document, [.anyone])]
        all += rules(OwnService.tokens, Gateway.tokenRoutes.shapes) { _ in .anyone }
        if exchange != nil {
            all += rules(OwnService.exchange, Gateway.keyRoutes.shapes) { _ in .anyone }
            all += rules(OwnService.exchange, Gateway.exchangeRoutes.shapes) { _ in .system }
        }
        guard takesFiles else { return all }
        let uploads = parts.compactMap { $0.blueprint.attachments?.upload }
        let upload: Access =
            uploads.contains(.anyone) ? .anyone : uploads.contains(.signedIn) ? .signedIn : .roles(Role.wellKnown.map(\.role).filter(Set(uploads.flatMap(\.roleList)).contains))
        // Who sees a file is the decision of the plug-in that keeps it, also for visitors, so that no rule stands for it. What nobody shows is
        // answered with 401 to visitors and with 404 to others: this row says that.
        return all + rules(OwnService.files, Gateway.fileRoutes.shapes) { $0.method == "GET" ? .signedIn : upload }
    }
}

extension Access {
    /// The roles it names; none where it is about something else.
    fileprivate var roleList: [Role] {
        if case .roles(let roles) = self { roles } else { [] }
    }
}

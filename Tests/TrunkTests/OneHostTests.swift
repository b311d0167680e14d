import PluginKit
import Store
import TestKit
import Testing

@testable import Bus

@Suite("Sites of one host among each other", .serialized)
struct OneHostTests {
    @Test("What is posted for the network is heard at every site once, with the site it comes from; at home too where everywhere was asked for", arguments: Placement.allCases)
    func networkEventsFanOut(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        try await network["liuyang"].say(.post, "一")
        try await network["liuyang"].say(.post, "二")
        try await network["hunan"].say(.post, "三")
        await network.settle()
        for site in network.map.sites.map(\.id) {
            let lines = try network[site].board
            #expect(lines.filter { $0.hasPrefix("liuyang") } == ["liuyang: 一", "liuyang: 二"], "\(site)")
            #expect(lines.filter { $0.hasPrefix("hunan") } == ["hunan: 三"], "\(site)")
        }
    }

    @Test("A report goes to the sites above and nowhere else; a whisper stays at home", arguments: Placement.allCases)
    func reach(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        try await network["liuyang"].say(.report, "浏阳月报")
        try await network["liuyang"].say(.whisper, "")
        await network.settle()
        let heard = try network.map.sites.map(\.id).filter { try !network[$0].board.isEmpty }
        #expect(heard == ["changsha", "hunan"])
        #expect(try network["hunan"].board == ["report of liuyang: 浏阳月报"])
    }

    @Test("A site without the publisher hears it through another plug-in; one without a subscriber hears nothing", arguments: Placement.allCases)
    func differentPluginsAtDifferentSites(place: Placement) async throws {
        var sites = [SiteEntry].small
        for index in sites.indices { sites[index].plugins = ["reader"] }
        sites[3].plugins = ["post"]
        let network = try await TestNetwork([InstalledPlugin(Post.self), InstalledPlugin(Reader.self)], sites: sites, placement: place)
        try await network["liuyang"].say(.post, "一")
        await network.settle()
        #expect(try network["liling"].ask(Papers()) == ["liuyang: 一"])
        #expect(try network["liuyang"].board == ["liuyang: 一"])
    }

    @Test("A second tree of the same host, such as a sandbox, hears nothing of the first, and nothing can be sent there", arguments: Placement.allCases)
    func severalTrees(place: Placement) async throws {
        let sandbox = SiteEntry(id: "sandbox", title: "沙箱", kind: .hub, plugins: ["post"])
        var sites = [SiteEntry].small
        for index in sites.indices { sites[index].plugins = ["post"] }
        let network = try await TestNetwork([InstalledPlugin(Post.self)], sites: sites + [sandbox], placement: place)
        try await network["hunan"].say(.post, "真实数据")
        try await network["sandbox"].say(.post, "虚构数据")
        await network.settle()
        #expect(try network["sandbox"].board == ["sandbox: 虚构数据"])
        #expect(try network["liuyang"].board == ["hunan: 真实数据"])
        let refusal = await #expect(throws: Refusal.self) { try await network["hunan"].send("x", to: "sandbox") }
        #expect(refusal?.code == "bus.site-unknown")
    }

    @Test("An order is done once at the other site, by the sender's site as the system, and the receipt with the reply comes back", arguments: Placement.allCases)
    func orders(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        #expect(try await network["hunan"].send("开会", to: "liuyang") == ["liuyang"])
        await network.settle()
        #expect(try network["liuyang"].board == ["order 开会 from hunan /hunan/post by system hunan/post"])
        #expect(try network["hunan"].board == ["receipt done from liuyang number 1"])
        let sent = try #require(network["hunan"].sendings.first)
        #expect(sent.state == .done && sent.answeredAt != nil && !sent.isOverdue(at: network.clock.now))
        #expect(try network["changsha"].board == [])
    }

    @Test("When nobody answers an order until its deadline its sender hears so once; it stays on its way, and the answer still comes", arguments: Placement.allCases)
    func deadline(place: Placement) async throws {
        var sites = [SiteEntry].small
        for index in sites.indices { sites[index].plugins = ["post"] }
        for index in [3, 4] { sites[index].plugins = ["reader"] }
        let folder = Workplace.folder
        defer { Workplace.remove(folder) }
        let plugins = [InstalledPlugin(Post.self), InstalledPlugin(Reader.self)]
        let network = try await TestNetwork(plugins, sites: sites, placement: place, folder: folder)
        // 长沙 answers at once, 浏阳 and 望城 have not the plug-in; at the last one's deadline the sender breaks, which nobody else feels.
        _ = try await network["hunan"].send("一", to: "changsha")
        _ = try await network["hunan"].send("三", to: "wangcheng")
        _ = try await network["hunan"].send("二", to: "liuyang")
        await network.settle()
        await network.advance(by: .seconds(3500))
        #expect(try !network["hunan"].board.contains { $0.hasPrefix("overdue") })
        for _ in 0..<5 { await network.advance(by: .seconds(100)) }
        #expect(try network["hunan"].board.filter { $0.hasPrefix("overdue") } == ["overdue at liuyang, held"])
        #expect(try network["hunan"].sendings.map { $0.lateAt != nil } == [false, false, true])
        let now = network.clock.now
        await network.close()

        for index in [3, 4] { sites[index].plugins = ["post", "reader"] }
        let again = try await TestNetwork(plugins, sites: sites, placement: place, now: now, folder: folder)
        await again.settle()
        await again.advance(by: .seconds(200))
        #expect(try again["hunan"].sendings.map(\.state) == [.done, .done, .done])
        #expect(try again["hunan"].board.filter { $0.hasPrefix("overdue") }.count == 1)
        await again.close()
    }

    @Test("Up to where a log is needed is known, wherever its readers run; what is parked is needed", arguments: Placement.allCases)
    func needed(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        for n in 1...3 { try await network["liuyang"].say(.post, "\(n)") }
        await network.settle()
        let logs = try #require(network["hunan"].bus.network)
        let log = try #require(logs.sources.first { $0.id == "liuyang/post" })
        #expect(try logs.needed(log, upTo: 3) == 3)
        _ = try await network["liuyang"].send("break", to: "hunan")
        try await network["liuyang"].say(.post, "4")
        await network.settle()
        #expect(try logs.needed(log, upTo: 5) == 3)
        await network.close()
    }

    @Test("Orders go to the parent, to all directly below, and to all of a kind and region at any depth", arguments: Placement.allCases)
    func destinations(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        let hub = network["hunan"]
        #expect(try await hub.send("a", to: "children") == ["changsha", "zhuzhou"])
        #expect(try await hub.send("b", to: "counties") == ["liling", "liuyang", "wangcheng"])
        #expect(try await hub.send("c", to: "counties of 长沙") == ["liuyang", "wangcheng"])
        #expect(try await network["liuyang"].send("d", to: "parent") == ["changsha"])
        await network.settle()
        #expect(try network["liling"].board.count == 1)
        #expect(try network["wangcheng"].board.count == 2)
        #expect(try hub.sendings.allSatisfy { $0.state == .done })
    }

    @Test("What goes nowhere is refused at once", arguments: Placement.allCases, [("nowhere", "bus.site-unknown"), ("hunan", "bus.sent-to-itself"), ("parent", "bus.no-parent")])
    func impossibleDestinations(place: Placement, wrong: (to: String, code: String)) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        let refusal = await #expect(throws: Refusal.self) { try await network["hunan"].send("x", to: wrong.to) }
        #expect(refusal?.code == wrong.code)
        #expect(try network["hunan"].sendings.isEmpty)
    }

    @Test("A handler's refusal, and a command that is not obeyed from there, come back as answers, with nothing changed there", arguments: Placement.allCases)
    func refusals(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        _ = try await network["hunan"].send("refuse", to: "liuyang")
        _ = try await network["hunan"].send("from above", to: "liuyang", petition: true)
        _ = try await network["liuyang"].send("from below", to: "hunan", petition: true)
        await network.settle()
        #expect(try network["liuyang"].board == [])
        #expect(try network["hunan"].sendings.map(\.code) == ["post.refused", "bus.command-not-admitted"])
        #expect(try network["hunan"].sendings.first?.message == "不收。")
        // Which of the two 浏阳 says first is its own affair.
        #expect(try network["hunan"].board.sorted() == ["petition from below from liuyang", "receipt refused from liuyang post.refused"])
        #expect(try network["liuyang"].sendings.map(\.state) == [.done])
    }

    @Test("Where the plug-in is not enabled the command is held, which the sender is told, and done once it is", arguments: Placement.allCases)
    func heldUntilEnabled(place: Placement) async throws {
        let folder = "\(Workplace.folder)"
        var sites = [SiteEntry].small
        sites[3].plugins = ["reader"]
        let plugins = [InstalledPlugin(Post.self), InstalledPlugin(Reader.self)]
        do {
            let network = try await TestNetwork(plugins, sites: sites, placement: place, folder: folder)
            _ = try await network["hunan"].send("later", to: "liuyang")
            await network.settle()
            #expect(try network["hunan"].board == ["receipt held from liuyang bus.plugin-not-enabled"])
            #expect(try network["hunan"].sendings.map(\.state) == [.held])
            await network.advance(by: .seconds(3601))
            #expect(try network["hunan"].sendings.allSatisfy { $0.isOverdue(at: network.clock.now) })
            await network.close()
        }
        let network = try await TestNetwork(plugins, placement: place, folder: folder)
        await network.settle()
        #expect(try network["hunan"].board.last == "receipt done from liuyang number 1")
        #expect(try network["hunan"].sendings.map(\.state) == [.done])
        await network.close()
        Workplace.remove(folder)
    }

    @Test("What a handler cannot do is tried again, then waits for a person; giving it up answers the sender", arguments: Placement.allCases)
    func brokenHandlers(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        _ = try await network["hunan"].send("break", to: "liuyang")
        _ = try await network["hunan"].send("after", to: "liuyang")
        await network.settle()
        #expect(try network["hunan"].sendings.map(\.state) == [.waiting, .waiting])
        let parked = try await network["liuyang"].bus.parked()
        #expect(parked.map(\.message.source) == ["hunan/post", "hunan/post"])
        try await network["liuyang"].bus.discard(plugin: "post", parked: parked[0].message.id, reason: "作废", by: .person("sys", .systemAdministrator))
        await network.settle()
        #expect(try network["hunan"].sendings.map(\.state) == [.refused, .done])
        #expect(try network["hunan"].sendings.first?.code == "bus.given-up")
    }

    @Test("What a handler cannot do is repaired by a person; what waited behind it follows, and the sender hears that it was done", arguments: Placement.allCases)
    func repairedOrders(place: Placement) async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place)
        for text in ["break", "after"] { _ = try await network["hunan"].send(text, to: "liuyang") }
        await network.settle()
        let bus = network["liuyang"].bus
        let head = try #require(try await bus.parked().first).message
        #expect(try await bus.content(plugin: "post", parked: head.id).payload == ["text": "break"])
        func repair(_ json: String) async throws {
            try await bus.repair(plugin: "post", parked: head.id, payload: Array(json.utf8), reason: "原文有误，经来电核对更正", by: .person("sys", .systemAdministrator))
        }
        let refusal = await #expect(throws: Refusal.self) { try await repair(#"{"text": 1}"#) }
        #expect(refusal?.code == "bus.repair" && refusal?.faults.isEmpty == false)
        try await repair(#"{"text": "whole"}"#)
        await network.settle()
        #expect(try network["liuyang"].board.map { String($0.prefix(11)) } == ["order whole", "order after"])
        #expect(try network["hunan"].sendings.map(\.state) == [.done, .done])
        #expect(try await bus.parked().isEmpty)
    }

    @Test("Nothing is lost or doubled when the host ends and starts again, and nothing runs for sites between which nothing passed", arguments: Placement.allCases)
    func restart(place: Placement) async throws {
        let folder = Workplace.folder
        do {
            let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place, folder: folder)
            for n in 1...20 { try await network["liuyang"].say(.post, "\(n)", box: "box \(n % 3)") }
            // Closed while deliveries may still be under way.
            await network.close()
        }
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: place, folder: folder)
        await network.settle()
        for site in network.map.sites.map(\.id) {
            let lines = try network[site].board
            #expect(lines.count == 20 && Set(lines).count == 20, "\(site) \(lines.count)")
        }
        try await network["liling"].say(.report, "x")
        await network.settle()
        #expect(network["wangcheng"].bus.distant.all.count <= 1)
        await network.close()
        Workplace.remove(folder)
    }

    @Test("An event of a newer version waits, is listed, and is delivered after the upgrade, before what came later", arguments: Placement.allCases)
    func newerVersions(place: Placement) async throws {
        let folder = Workplace.folder
        var sites = [SiteEntry].small
        for index in sites.indices { sites[index].plugins = ["reader"] }
        sites[3].plugins = ["post"]
        do {
            let network = try await TestNetwork([InstalledPlugin(NewPost.self), InstalledPlugin(Reader.self)], sites: sites, placement: place, folder: folder)
            try await network["liuyang"].say(.report, "new")
            try await network["liuyang"].say(.post, "old", box: "box")
            try await network["liuyang"].say(.post, "elsewhere", box: "other")
            await network.settle()
            #expect(try network["hunan"].ask(Papers()) == ["liuyang: elsewhere"])
            let parked = try await network["hunan"].bus.parked()
            #expect(parked.map(\.message.cause) == [Parking.unreadable, Parking.behind])
            await network.advance(by: .seconds(7200))
            #expect(try await network["hunan"].bus.parked().count == 2)
            await network.close()
        }
        let network = try await TestNetwork([InstalledPlugin(NewPost.self), InstalledPlugin(NewReader.self)], sites: sites, placement: place, folder: folder)
        await network.settle()
        await network.advance(by: .seconds(1))
        #expect(try network["hunan"].ask(Papers()) == ["liuyang: elsewhere", "liuyang: v2 new", "liuyang: old"])
        #expect(try await network["hunan"].bus.parked().isEmpty)
        await network.close()
        Workplace.remove(folder)
    }

    @Test("Ended in the middle of everything and started again, every event and order still takes effect once, in order")
    func ended() async throws {
        let network = try await TestNetwork([InstalledPlugin(Post.self)], placement: .process)
        for round in 0..<2 {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { for n in 0..<10 { try await network["liuyang"].say(.post, "\(round * 10 + n)") } }
                group.addTask { for n in 0..<5 { _ = try await network["hunan"].send("order \(round * 5 + n)", to: "counties") } }
                group.addTask { try await network.restartPlaced() }
                try await group.waitForAll()
            }
            await network.advance(by: .seconds(61))
        }
        // What met a process that was just away is looked at again.
        for _ in 0..<3 { await network.advance(by: .seconds(2)) }
        for site in network.map.sites.map(\.id) {
            let heard = try network[site].board.filter { $0.hasPrefix("liuyang: ") }
            #expect(heard == (0..<20).map { "liuyang: \($0)" }, "\(site)")
        }
        for county in ["liuyang", "wangcheng", "liling"] {
            let orders = try network[county].board.filter { $0.hasPrefix("order") }
            #expect(orders.count == 10 && Set(orders).count == 10, "\(county)")
        }
        let sent = try network["hunan"].sendings
        #expect(sent.count == 30 && sent.allSatisfy { $0.state == .done })
        #expect(try network["hunan"].board.count { $0.hasPrefix("receipt done") } == 30)
    }
}

@Suite("Registrations that reach beyond the site")
struct BeyondRegistrationTests {
    @Test("Personal data that would leave the site without field and purpose is refused at start, all fields named")
    func personalDataStays() throws {
        let refusal = #expect(throws: Refusal.self) { try InstalledPlugin(Gossip.self).blueprint(settings: .object([]), reference: .empty) }
        let message = refusal?.faults.first?.message ?? ""
        #expect(refusal?.faults.map(\.field) == ["gossip.told.v1"])
        #expect(message.contains("/contact/mobile") && !message.contains("/landline"))
    }

    @Test("Hearing from other sites what never leaves them is refused, and so is hearing one event twice")
    func unhearable() throws {
        let refusal = #expect(throws: Refusal.self) { try InstalledPlugin(Deaf.self).blueprint(settings: .object([]), reference: .empty) }
        #expect(Set(refusal?.faults.map(\.field) ?? []) == ["post.whispered.v1", "post.posted.v1"])
    }

    @Test("The contract says how far a command may come from")
    func contract() throws {
        let contract = try InstalledPlugin(Post.self).blueprint(settings: .object([]), reference: .empty).contract
        let reach = Dictionary(uniqueKeysWithValues: contract.messages.map { ($0.name.description, $0.reach) })
        #expect(reach["post.order.v1"] == .network && reach["post.petition.v1"] == .upward && reach["post.say.v1"] == .some(nil))
    }
}

import ExpoContracts
import Foundation
import MatchingContracts
import Messages
import PluginKit
import TestKit
import Testing
import Vocabulary

@testable import ExpoPlugin

@Suite("网上博览会")
struct FairTests {
    @Test("二十八·展会→展馆→展位→展品→咨询→线索→需求→闭展成效，一条线追到底")
    func wholeWay() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let visitor = try Hallway.exhibitor(2)
        #expect(try site.ask(FindBooths()).items.map(\.title) == ["精密齿轮"])
        #expect(try site.ask(FindBooths(text: "减速机")).items.count == 1)
        let lead = try await hallway.turn(1, .enquiry, source: "wechat", as: visitor)
        _ = try await site.tell(AdvanceLead(lead: lead, action: .contact, note: "已电话联系。"), as: Hallway.exhibitor(1))
        _ = try await site.tell(AdvanceLead(lead: lead, action: .agree, amount: Fen(500_000)), as: Hallway.exhibitor(1))
        _ = try await site.tell(
            ConvertLead(lead: lead, title: "减速机选型", category: "digital", description: "需要选型和安装调试。", region: region("430181")), as: Hallway.exhibitor(1))
        await site.settle()
        let detail = try site.ask(GetLead(id: lead), as: Hallway.exhibitor(1))
        #expect(detail.card.demand == "XQ2026-0001" && detail.card.state == .agreed)
        #expect(try site.events(DemandAdvanced.self).map(\.channel) == [.expo])
        #expect(
            await refusal {
                _ = try await site.tell(
                    ConvertLead(lead: lead, title: "减速机选型", category: "digital", description: "再来一次。", region: region("430181")), as: Hallway.exhibitor(1))
            }?.code == "expo.lead-converted")

        _ = try await site.tell(AdvanceExhibition(exhibition: hallway.exhibition, action: .close), as: Hallway.staff)
        #expect(try site.ask(FindBooths()).items.isEmpty)
        #expect(await refusal { _ = try site.ask(GetBooth(id: hallway.booth)) }?.status == 404)
        let report = try site.ask(GetReport(exhibition: hallway.exhibition), as: Hallway.staff)
        #expect(report.lines.map(\.enquiries) == [1] && report.lines.map(\.agreements) == [1] && report.lines.map(\.amount) == [Fen(500_000)])
        #expect(report.sources == [SourceLine(source: "wechat", leads: 1, agreements: 1, amount: Fen(500_000), visits: 0, hallVisits: 0)])
        // The exhibitor sees the own line, another enterprise nothing.
        #expect(try site.ask(GetReport(exhibition: hallway.exhibition), as: Hallway.exhibitor(1)).lines.count == 1)
        #expect(await refusal { _ = try site.ask(GetReport(exhibition: hallway.exhibition), as: visitor) }?.status == 404)
    }

    @Test("The report is what its events add up to")
    func reproducible() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        try await hallway.offer()
        var leads: [MessageID] = []
        for number in 1...3 { leads.append(try await hallway.turn(number, .card, source: number == 1 ? "a" : nil)) }
        for number in 4...6 { leads.append(try await hallway.turn(number, .enquiry)) }
        leads.append(try await hallway.turn(7, .appointment, slot: 2))
        for (index, lead) in leads.enumerated() where index % 2 == 0 {
            _ = try await site.tell(AdvanceLead(lead: lead, action: .agree, amount: Fen(Int64(index) * 100)), as: Hallway.exhibitor(1))
        }
        for number in 0..<5 { _ = try await site.get("/expo/booths/\(hallway.booth)\(number < 2 ? "?via=b" : number == 2 ? "?via=NOT-A-TAG" : "")") }
        _ = try await site.get("/expo/booths/\(hallway.booth)", as: Hallway.exhibitor(1))
        await site.advance(by: .seconds(61))
        let line = try #require(try site.ask(GetReport(exhibition: hallway.exhibition), as: Hallway.staff).lines.first)
        let left = try site.events(LeadLeft.self)
        func count(_ kind: LeadKind) -> Int { left.count { $0.kind == kind } }
        let agreed = try site.events(LeadAdvanced.self).filter { $0.action == .agree }
        #expect(line.cards == count(.card) && line.enquiries == count(.enquiry) && line.appointments == count(.appointment))
        #expect(line.agreements == Set(agreed.map(\.lead)).count)
        #expect(line.amount == agreed.compactMap(\.amount).reduce(.zero, +))
        #expect(line.visits == 5)
        let counted = try site.events(VisitsCounted.self)
        #expect(counted.map(\.count).reduce(0, +) == 5)
        // The sources add up to the whole, visits and leads, from their events alone.
        let sources = try site.ask(GetReport(exhibition: hallway.exhibition), as: Hallway.staff).sources
        for source in ["", "a", "b"] {
            let found = try #require(sources.first { $0.source == source }, "\(source)")
            #expect(found.visits == counted.filter { ($0.source ?? "") == source }.map(\.count).reduce(0, +), "\(source)")
            #expect(found.leads == left.count { ($0.source ?? "") == source }, "\(source)")
            #expect(found.agreements == Set(agreed.filter { ($0.source ?? "") == source }.map(\.lead)).count, "\(source)")
        }
        #expect(sources.compactMap(\.visits).reduce(0, +) == line.visits && sources.map(\.leads).reduce(0, +) == left.count)
    }

    @Test("来源标签谁都能写：一个展位一天至多记五十个，多出的浏览照计，只是不记标签")
    func tags() async throws {
        let hallway = try await Hallway()
        for number in 0..<60 { _ = try await hallway.site.get("/expo/booths/\(hallway.booth)?via=tag-\(number)") }
        await hallway.site.advance(by: .seconds(61))
        let report = try hallway.site.ask(GetReport(exhibition: hallway.exhibition), as: Hallway.staff)
        #expect(report.lines.map(\.visits) == [60])
        #expect(report.sources.count == 51 && report.sources.first { $0.source.isEmpty }?.visits == 10)
    }

    @Test("展会和展馆页面由网关直接给出时浏览照计：每打开一次计一次，主办方自己看不计；成效与事件逐项相符")
    func hallVisits() async throws {
        let host = try await TestHost(Hallway.plugins.map(\.plugin))
        let exhibition = try await host.tell(Hallway.draft(), as: Hallway.staff).exhibition
        let own = "/test/expo/exhibitions/\(exhibition)"
        // Before it is published nobody is counted, since nobody sees it.
        #expect(try await host.visitor(.router).get(own).status == 404)
        _ = try await host.tell(AdvanceExhibition(exhibition: exhibition, action: .publish), as: Hallway.staff)
        let opened = [(own, 7), ("\(own)/halls/1", 4), ("\(own)/halls/2", 1), ("\(own)?via=wechat", 3), ("\(own)/halls/1?via=wechat", 2), ("\(own)/halls/9", 1)]
        for (path, times) in opened {
            for _ in 0..<times { #expect(try await host.visitor(.router).get(path).status == (path.hasSuffix("9") ? 404 : 200), "\(path)") }
        }
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let organiser = host.visitor(.router)
        try await organiser.signIn("liu")
        #expect(try await organiser.get(own).status == 200)
        await host.advance(by: .seconds(61))
        let report = try host.ask(GetReport(exhibition: exhibition), as: Hallway.staff)
        #expect(report.halls?.map(\.hall) == [nil, 1, 2] && report.halls?.map(\.visits) == [10, 6, 1])
        #expect(report.sources.map(\.source).sorted() == ["", "wechat"])
        #expect(report.sources.map { $0.hallVisits ?? -1 }.sorted() == [5, 12])
        let counted = try host.events(HallVisitsCounted.self)
        for line in report.halls ?? [] {
            #expect(line.visits == counted.filter { $0.hall == line.hall }.map(\.count).reduce(0, +), "\(line)")
        }
        #expect(counted.filter { $0.source == "wechat" }.map(\.count).reduce(0, +) == 5)
        // Counted once: the next count finds nothing.
        await host.advance(by: .seconds(61))
        #expect(try host.events(HallVisitsCounted.self).count == counted.count)
        // A hall that goes leaves its visits, and its number is not given to the next.
        var change = try Hallway.draft()
        change.exhibition = exhibition
        change.halls = [HallDraft(number: 1, kind: .city, title: "综合馆"), HallDraft(kind: .theme, title: "新品馆")]
        _ = try await host.tell(change, as: Hallway.staff)
        let changed = try host.ask(GetReport(exhibition: exhibition), as: Hallway.staff)
        #expect(changed.halls?.map(\.hall) == [nil, 1, 3, 2] && changed.halls?.map(\.visits) == [10, 6, 0, 1])
        #expect(changed.halls?.map(\.title) == ["展会首页", "综合馆", "新品馆", "2 号展馆（已撤）"])
        // A closed exhibition is read and no longer counted, though the gateway tells of pages that it keeps.
        _ = try await host.tell(AdvanceExhibition(exhibition: exhibition, action: .close), as: Hallway.staff)
        for _ in 0..<3 { #expect(try await host.visitor(.router).get(own).status == 200) }
        await host.advance(by: .seconds(61))
        #expect(try host.events(HallVisitsCounted.self).count == counted.count)
    }

    @Test("主办方推荐单件展品：排在展会和博览会首页；参展单位改名即须重选，不改名则留着；别人不能推荐")
    func featuredExhibits() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let other = Actor.window("430212")
        for (actor, exhibits, code) in [
            (Hallway.staff, ["没有此物"], "expo.invalid-input"), (other, ["行星减速机"], "expo.region-not-yours"), (try Hallway.exhibitor(1), ["行星减速机"], "auth.forbidden"),
            (Hallway.staff, ["行星减速机", "非标齿轮", "a", "b", "c", "d", "e"], "expo.invalid-input"),
        ] {
            let met = await refusal { _ = try await site.tell(FeatureExhibits(booth: hallway.booth, exhibits: exhibits), as: actor) }
            #expect(met?.code == code || (code == "auth.forbidden" && met?.status == 403), "\(String(describing: met))")
        }
        #expect(try site.ask(FindFeaturedExhibits()).items.isEmpty)
        _ = try await site.tell(FeatureExhibits(booth: hallway.booth, exhibits: ["行星减速机", "非标齿轮"]), as: Hallway.staff)
        #expect(try site.events(ExhibitsFeatured.self).map(\.exhibits) == [["行星减速机", "非标齿轮"]])
        // Read to the end by the cursor.
        let first = try site.ask(FindFeaturedExhibits(exhibition: hallway.exhibition, limit: 1))
        #expect(first.items.map(\.title) == ["行星减速机"] && first.items.first?.booth == hallway.booth)
        #expect(try site.ask(FindFeaturedExhibits(after: first.next, limit: 1)).items.map(\.title) == ["非标齿轮"])
        for path in ["/expo/", "/expo/exhibitions/\(hallway.exhibition)"] {
            guard case .page(let page) = try await site.get(path) else { return #expect(Bool(false), "\(path)") }
            let html = page.content.description
            #expect(html.contains("推荐展品") && html.contains("¥8,600.00"), "\(path)")
            // The front page shows one of each booth.
            #expect(html.contains("非标齿轮") == (path != "/expo/"), "\(path)")
        }
        // Renamed by its exhibitor it is another one; the other stays.
        var content = Hallway.content(hallway.booth)
        content.exhibits[1].title = "非标齿轮二代"
        content.exhibits.swapAt(0, 1)
        _ = try await site.tell(content, as: Hallway.exhibitor(1))
        #expect(try site.ask(FindFeaturedExhibits()).items.map(\.title) == ["行星减速机"])
        #expect(try site.ask(GetBooth(id: hallway.booth)).featured == ["行星减速机"])
        // In the browser: nothing ticked ends it.
        guard case .redirect = try await site.post("/expo/booths/\(hallway.booth)/exhibits", [("form", "exhibits")], as: Hallway.staff) else {
            return #expect(Bool(false), "no redirect")
        }
        #expect(try site.ask(FindFeaturedExhibits()).items.isEmpty)
        _ = try await site.post("/expo/booths/\(hallway.booth)/exhibits", [("form", "exhibits"), ("exhibits", "行星减速机")], as: Hallway.staff)
        #expect(try site.ask(FindFeaturedExhibits()).items.count == 1)
        // Of two with one title the first is meant, when the booth is saved and when it is chosen.
        content.exhibits = [Exhibit(title: "行星减速机", summary: "噪声低。"), Exhibit(title: "行星减速机", summary: "功率大。")]
        _ = try await site.tell(content, as: Hallway.exhibitor(1))
        #expect(try site.ask(FindFeaturedExhibits()).items.map(\.summary) == ["噪声低。"])
        _ = try await site.tell(FeatureExhibits(booth: hallway.booth, exhibits: ["行星减速机"]), as: Hallway.staff)
        #expect(try site.ask(FindFeaturedExhibits()).items.map(\.summary) == ["噪声低。"])
        #expect(try site.events(ExhibitsFeatured.self).last?.exhibits == ["行星减速机"])
        // After the last day only whoever asks for the exhibition finds them.
        await site.advance(by: .seconds(31 * 86_400))
        #expect(try site.ask(FindFeaturedExhibits()).items.isEmpty)
        #expect(try site.ask(FindFeaturedExhibits(exhibition: hallway.exhibition)).items.count == 1)
        _ = try await site.tell(WithdrawBooth(booth: hallway.booth, reason: "改期。"), as: Hallway.exhibitor(1))
        #expect(try site.ask(FindFeaturedExhibits(exhibition: hallway.exhibition)).items.isEmpty)
    }

    @Test("One slot is taken once, whoever presses at the same moment, and nobody talks to two at a time")
    func slots() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        try await hallway.offer(2)
        let results = await withTaskGroup(of: String.self) { group in
            for number in 1...8 {
                group.addTask { await refusal { _ = try await hallway.turn(number, .appointment, slot: 1) }?.code ?? "taken" }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.count { $0 == "taken" } == 1 && results.count { $0 == "expo.slot-taken" } == 7)
        #expect(try site.ask(GetBooth(id: hallway.booth)).slots.map(\.number) == [2])

        let second = try await site.tell(Hallway.application(hallway.exhibition, hall: 2), as: Hallway.exhibitor(5)).booth
        _ = try await site.tell(ReviewBooth(booth: second, action: .approve), as: Hallway.staff)
        // Overlaps the second slot of the first booth.
        _ = try await site.tell(
            OfferSlots(booth: second, startsAt: site.clock.now.advanced(by: .seconds(86_400 + 45 * 60)), minutes: 30, count: 1), as: Hallway.exhibitor(5))
        let lead = try await hallway.turn(20, .appointment, slot: 2)
        #expect(await refusal { _ = try await hallway.turn(20, .appointment, slot: 1, to: second) }?.code == "expo.slot-clash")
        _ = try await site.tell(AdvanceLead(lead: lead, action: .close, note: "访客取消。"), as: Hallway.exhibitor(1))
        _ = try await hallway.turn(20, .appointment, slot: 1, to: second)
        #expect(await refusal { _ = try await hallway.turn(20, .appointment, slot: 1, to: second) }?.status == 409)
        // Free, at another time, and still not: one number has one talk to come at a booth.
        _ = try await site.tell(
            OfferSlots(booth: second, startsAt: site.clock.now.advanced(by: .seconds(3 * 86_400)), minutes: 30, count: 1), as: Hallway.exhibitor(5))
        #expect(await refusal { _ = try await hallway.turn(20, .appointment, slot: 2, to: second) }?.code == "expo.already-left")
        #expect(try site.ask(GetBooth(id: hallway.booth)).slots.map(\.number) == [2])
    }

    @Test("Without consent nothing is kept; the same number leaves one card a day and a bounded count of enquiries")
    func consent() async throws {
        let hallway = try await Hallway()
        let refused = await refusal { _ = try await hallway.turn(1, consent: false) }
        #expect(refused?.faults.map(\.field) == ["consent"])
        #expect(try hallway.site.ask(FindLeads(), as: Hallway.exhibitor(1)).items.isEmpty)
        _ = try await hallway.turn(1)
        #expect(await refusal { _ = try await hallway.turn(1) }?.code == "expo.already-left")
        for _ in 1...5 { _ = try await hallway.turn(1, .enquiry) }
        #expect(await refusal { _ = try await hallway.turn(1, .enquiry) }?.code == "expo.already-left")
        await hallway.site.advance(by: .seconds(86_401))
        _ = try await hallway.turn(1)
        #expect(await refusal { _ = try await hallway.turn(2, source: "WeChat!") }?.faults.map(\.field) == ["source"])
    }

    @Test("Names and numbers lie sealed in every file of the site; whoever looks at them is kept; erased is erased")
    func personal() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let lead = try await hallway.turn(1, .enquiry)
        _ = try await site.tell(RevealLead(lead: lead), as: Hallway.exhibitor(1))
        #expect(try site.events(LeadRevealed.self).map(\.lead) == [lead])
        #expect(await refusal { _ = try await site.tell(RevealLead(lead: lead), as: Hallway.exhibitor(2)) }?.status == 404)
        #expect(await refusal { _ = try site.ask(GetLead(id: lead), as: Hallway.staff) }?.status == 403)
        for file in FileManager.default.subpaths(atPath: site.folder) ?? [] {
            guard let bytes = FileManager.default.contents(atPath: "\(site.folder)/\(file)") else { continue }
            for text in ["来访人1", "19900003001"] { #expect(bytes.firstRange(of: Data(text.utf8)) == nil, "\(text) in \(file)") }
        }
    }

    @Test("A booth goes back for changes with the reason, comes again, and its hall cannot be taken away")
    func review() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let booth = try await site.tell(Hallway.application(hallway.exhibition, hall: 2), as: Hallway.exhibitor(2)).booth
        #expect(await refusal { _ = try await site.tell(Hallway.application(hallway.exhibition), as: Hallway.exhibitor(2)) }?.code == "expo.booth-exists")
        #expect(await refusal { _ = try await site.tell(ReviewBooth(booth: booth, action: .sendBack), as: Hallway.staff) }?.faults.map(\.field) == ["opinion"])
        _ = try await site.tell(ReviewBooth(booth: booth, action: .sendBack, opinion: "请补充产品图片。"), as: Hallway.staff)
        #expect(try site.ask(GetBooth(id: booth), as: Hallway.exhibitor(2)).opinion == "请补充产品图片。")
        #expect(try await site.tell(Hallway.content(booth), as: Hallway.exhibitor(2)).state == .applied)
        #expect(await refusal { _ = try await site.tell(Hallway.content(booth), as: Hallway.exhibitor(1)) }?.code == "expo.not-yours")
        #expect(await refusal { _ = try await site.tell(ReviewBooth(booth: booth, action: .approve), as: .window("430281")) }?.code == "expo.region-not-yours")
        var change = try Hallway.draft()
        change.exhibition = hallway.exhibition
        change.halls = [HallDraft(number: 1, kind: .city, title: "综合馆")]
        #expect(await refusal { _ = try await site.tell(change, as: Hallway.staff) }?.code == "expo.hall-in-use")
        _ = try await site.tell(WithdrawBooth(booth: booth, reason: "不参加了。"), as: Hallway.exhibitor(2))
        #expect(try site.ask(GetBooth(id: booth), as: Hallway.exhibitor(2)).card.state == .withdrawn)
    }

    @Test("What is wrong with an exhibition or an exhibit is said all together")
    func faults() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        var draft = try Hallway.draft("短")
        draft.closesOn = try day("2026-02-01")
        draft.halls = [HallDraft(kind: .city, title: "综合馆"), HallDraft(kind: .city, title: "综合馆")]
        #expect(await refusal { _ = try await site.tell(draft, as: Hallway.staff) }?.faults.map(\.field) == ["title", "closesOn", "halls/1/title"])
        var content = Hallway.content(hallway.booth)
        content.telephone = "abc"
        content.lives = [LiveSession(title: "新品发布", startsAt: site.clock.now, minutes: 1, link: "http://example.com")]
        content.exhibits[0].video = "http://example.com/a"
        content.exhibits[0].pictures = [
            Picture(file: AttachmentReference(digest: String(repeating: "0a", count: 32), name: "a.png", type: "image/png", length: 3), alternative: "字")
        ]
        #expect(
            await refusal { _ = try await site.tell(content, as: Hallway.exhibitor(1)) }?.faults.map(\.field)
                == ["telephone", "exhibits/0/video", "exhibits/0/alternative", "exhibits/0/files", "lives/0/minutes", "lives/0/link"])
        #expect(try site.ask(GetBooth(id: hallway.booth)).exhibits.count == 2)
    }

    @Test("全省一个展厅：浏阳的展位在长沙和枢纽查得到，撤展即无")
    func network() async throws {
        let network = try await TestNetwork(Hallway.plugins.map(\.plugin))
        let (_, booth) = try await Hallway.build(network["liuyang"])
        await network.settle()
        for site in ["hunan", "zhuzhou", "changsha"] {
            #expect(try network[site].ask(FindBooths(text: "齿轮")).items.map(\.site) == ["liuyang"], "\(site)")
        }
        #expect(try network["liuyang"].ask(FindBooths()).items.map(\.site) == [nil])
        _ = try await network["liuyang"].tell(WithdrawBooth(booth: booth, reason: "到期撤展。"), as: Hallway.exhibitor(1))
        await network.settle()
        #expect(try network["hunan"].ask(FindBooths()).items.isEmpty)
    }

    @Test("A picture that came over the API is shown without its metadata; as a document it is refused")
    func pictures() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let plain = DemoPicture.png(shade: 5)
        let secret = Array("GPS 28.2N".utf8)
        func be(_ number: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
        let planted = Array(plain[..<33]) + be(secret.count) + Array("eXIf".utf8) + secret + be(0) + plain[33...]
        let kept = try site.files.keep(planted, name: "a.png")
        let file = AttachmentReference(digest: kept.digest, name: "a.png", type: "image/png", length: Int64(kept.size))
        var content = Hallway.content(hallway.booth)
        content.exhibits[0].documents = [file]
        #expect(await refusal { _ = try await site.tell(content, as: Hallway.exhibitor(1)) }?.faults.map(\.field) == ["exhibits/0/documents"])
        content.exhibits[0].documents = []
        content.exhibits[0].pictures = [Picture(file: file, alternative: "一台减速机")]
        _ = try await site.tell(content, as: Hallway.exhibitor(1))
        guard case .download(_, _, let bytes) = try await site.get("/expo/files/\(kept.digest)") else {
            Issue.record("the file itself is shown")
            return
        }
        #expect(bytes == plain)
    }

    @Test("Broadcasts stand at booth and exhibition until they have ended")
    func lives() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        var content = Hallway.content(hallway.booth)
        content.lives = [LiveSession(title: "新品发布", startsAt: site.clock.now.advanced(by: .seconds(600)), minutes: 30, link: "https://live.example.com/1")]
        _ = try await site.tell(content, as: Hallway.exhibitor(1))
        await site.advance(by: .seconds(1200))
        #expect(try site.ask(GetExhibition(id: hallway.exhibition)).lives.map(\.session) == content.lives)
        #expect(try site.ask(GetBooth(id: hallway.booth)).lives == content.lives)
        await site.advance(by: .seconds(1201))
        #expect(try site.ask(GetExhibition(id: hallway.exhibition)).lives.isEmpty)
        #expect(try site.ask(GetBooth(id: hallway.booth)).lives.isEmpty)
        #expect(try site.ask(GetBooth(id: hallway.booth), as: Hallway.exhibitor(1)).lives.count == 1)
    }

    @Test("Questions are read by everybody once answered, and name nobody")
    func questions() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        let question = try await site.tell(AskQuestion(booth: hallway.booth, text: "可以打样吗？"), as: Hallway.exhibitor(2)).question
        #expect(try site.ask(GetBooth(id: hallway.booth)).questions.isEmpty)
        #expect(
            await refusal { _ = try await site.tell(AnswerQuestion(booth: hallway.booth, question: 9, answer: "可以。"), as: Hallway.exhibitor(1)) }?.code
                == "expo.question-unknown")
        _ = try await site.tell(AnswerQuestion(booth: hallway.booth, question: question, answer: "可以。"), as: Hallway.exhibitor(1))
        #expect(try site.ask(GetBooth(id: hallway.booth)).questions.map(\.answer) == ["可以。"])
        _ = try await site.tell(SetFavourite(booth: hallway.booth, isFavourite: true), as: Hallway.exhibitor(2))
        #expect(try site.ask(FindBooths(box: .favourites), as: Hallway.exhibitor(2)).items.count == 1)
        #expect(try site.ask(FindBooths(box: .favourites), as: Hallway.exhibitor(3)).items.isEmpty)
    }

    @Test("When a booth goes, what was not agreed ends with the reason, and the visitor's time is free again")
    func withdrawal() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        try await hallway.offer(2)
        let talk = try await hallway.turn(1, .appointment, slot: 1)
        let agreed = try await hallway.turn(2, .appointment, slot: 2)
        let enquiry = try await hallway.turn(3, .enquiry)
        _ = try await site.tell(AdvanceLead(lead: agreed, action: .agree), as: Hallway.exhibitor(1))
        _ = try await site.tell(WithdrawBooth(booth: hallway.booth, reason: "到期撤展。"), as: Hallway.exhibitor(1))
        for lead in [talk, enquiry] {
            let detail = try site.ask(GetLead(id: lead), as: Hallway.exhibitor(1))
            #expect(detail.card.state == .closed && detail.notes.last?.text == "展位已撤展：到期撤展。")
        }
        #expect(try site.ask(GetLead(id: agreed), as: Hallway.exhibitor(1)).card.state == .agreed)
        #expect(Set(try site.events(LeadAdvanced.self).filter { $0.state == .closed }.map(\.lead)) == [talk, enquiry])
        #expect(try site.ask(GetBooth(id: hallway.booth), as: Hallway.exhibitor(1)).slots.map(\.isTaken) == [false, true])
    }

    @Test("Somebody asks twenty questions a day and no more; a page shows the last fifty")
    func flood() async throws {
        let hallway = try await Hallway()
        let site = hallway.site
        func ask(_ index: Int, _ visitor: Int) async throws -> Int {
            try await site.tell(AskQuestion(booth: hallway.booth, text: "可以打样吗？\(index)"), as: Hallway.exhibitor(visitor)).question
        }
        for visitor in 2...4 { for index in 0..<20 { _ = try await ask(index, visitor) } }
        #expect(await refusal { _ = try await ask(20, 2) }?.code == "expo.too-many-questions")
        let shown = try site.ask(GetBooth(id: hallway.booth), as: Hallway.exhibitor(1)).questions
        #expect(shown.count == 50 && shown.first?.number == 60)
        // The oldest, once answered, is seen by all though fifty unanswered ones came later.
        _ = try await site.tell(AnswerQuestion(booth: hallway.booth, question: 1, answer: "可以。"), as: Hallway.exhibitor(1))
        #expect(try site.ask(GetBooth(id: hallway.booth)).questions.map(\.number) == [1])
        await site.advance(by: .seconds(86_400))
        #expect(try await ask(20, 2) == 61)
    }
}

import Foundation
import Messages
import TestKit
import Testing

@Suite("Browser: every page, on a desk and in a hand", .serialized, .enabled(if: DemoNetwork.isPossible, DemoNetwork.missing))
struct PageTests {
    /// A page to look at: its name in the pictures, its path, who opens it.
    struct Look: Sendable {
        let name: String
        let path: String
        var login: String? = nil
        /// Also looked at in the dark and on paper, and walked through with Tab: one of each kind.
        var closely = false
        /// A link on that page to follow, for pages whose address nobody knows before.
        var link: String? = nil
    }

    /// Stands in numbers that the demo gives out.
    static let year = Calendar(identifier: .gregorian).component(.year, from: .now)

    static let looks: [Look] = [
        Look(name: "home", path: "/", closely: true), Look(name: "city-home", path: "/changsha/"), Look(name: "park-home", path: "/demo-park/"),
        Look(name: "login", path: "/hunan/login"),
        Look(name: "search", path: "/hunan/search?q=%E6%B9%98%E6%BD%AD"), Look(name: "search-none", path: "/hunan/search?q=%E6%B2%A1%E6%9C%89%E6%AD%A4%E7%89%A9"),
        Look(name: "not-found", path: "/hunan/absent"), Look(name: "map", path: "/hunan/registry/map", closely: true),
        Look(name: "map-city", path: "/hunan/registry/map/430200"), Look(name: "tree", path: "/hunan/registry/tree"),
        Look(name: "nodes", path: "/hunan/registry/nodes", closely: true), Look(name: "nodes-none", path: "/hunan/registry/nodes?text=%E6%97%A0"),
        Look(name: "node", path: "/hunan/registry/nodes?text=%E9%95%BF%E6%B2%99%E5%B8%82", link: "长沙市中小企业公共服务平台"),
        Look(name: "coverage", path: "/hunan/registry/coverage"), Look(name: "coverage-2019", path: "/hunan/registry/coverage?day=2019-12-31"),
        Look(name: "plan", path: "/hunan/registry/plan?year=2020"),
        Look(name: "me", path: "/hunan/me", login: "demo-province"), Look(name: "password", path: "/hunan/password", login: "demo-province"),
        Look(name: "review", path: "/hunan/registry/review", login: "demo-province", closely: true),
        Look(name: "application", path: "/hunan/registry/review", login: "demo-province", closely: true, link: "华容县中小企业公共服务平台"),
        Look(name: "times", path: "/hunan/registry/times", login: "demo-province"),
        Look(name: "plan-edit", path: "/hunan/registry/plan?year=2026", login: "demo-province"),
        Look(name: "mine", path: "/hunan/registry/applications/mine", login: "demo-window"),
        Look(name: "apply", path: "/hunan/registry/applications/new", login: "demo-window", closely: true),
        Look(name: "hotline", path: "/hunan/hotline/"), Look(name: "hotline-lookup", path: "/hunan/hotline/lookup"),
        Look(name: "hotline-knowledge", path: "/hunan/hotline/knowledge"), Look(name: "hotline-statistics", path: "/hunan/hotline/statistics"),
        Look(name: "hotline-desk", path: "/hunan/hotline/desk", login: "demo-province"),
        Look(name: "hotline-supervision", path: "/hunan/hotline/supervision", login: "demo-province"),
        Look(name: "hotline-form", path: "/hunan/hotline/orders/new", login: "demo-province", closely: true),
        Look(name: "hotline-order", path: "/hunan/hotline/desk", login: "demo-province", link: "社保账户信息变更后返还未到账"),
        Look(name: "hotline-units", path: "/hunan/hotline/units", login: "demo-province"),
        Look(name: "hotline-seat", path: "/hunan/hotline/seat", login: "demo-province"),
        Look(name: "hotline-seats", path: "/hunan/hotline/seats", login: "demo-province"),
        Look(name: "hotline-calls", path: "/hunan/hotline/calls", login: "demo-province"),
        Look(name: "column-statistics", path: "/hunan/appeals/statistics"),
        Look(name: "column", path: "/hunan/appeals/"), Look(name: "column-board", path: "/hunan/appeals/board"),
        Look(name: "column-submit", path: "/hunan/appeals/submit"), Look(name: "column-anonymous", path: "/hunan/appeals/anonymous"),
        Look(name: "column-desk", path: "/hunan/appeals/desk", login: "demo-province"),
        Look(name: "column-case", path: "/hunan/appeals/desk", login: "demo-province", link: "社保费率阶段性下调返还到账慢"),
        Look(name: "expo", path: "/hunan/expo/"), Look(name: "expo-exhibition", path: "/hunan/expo/exhibitions/X2026-01"),
        Look(name: "expo-hall", path: "/hunan/expo/exhibitions/X2026-01/halls/2"),
        Look(name: "expo-booth", path: "/hunan/expo/booths/X2026-01-0001", closely: true),
        Look(name: "expo-questions", path: "/hunan/expo/booths/X2026-01-0001/questions"),
        Look(name: "expo-manage", path: "/hunan/expo/manage", login: "demo-province"),
        Look(name: "expo-form", path: "/hunan/expo/exhibitions/new", login: "demo-province"),
        Look(name: "expo-report", path: "/hunan/expo/exhibitions/X2026-01/report", login: "demo-province"),
        Look(name: "expo-review", path: "/hunan/expo/manage", login: "demo-province", link: "演示·待审核展位"),
        Look(name: "expo-mine", path: "/hunan/expo/mine", login: "demo-enterprise"),
        Look(name: "expo-editor", path: "/hunan/expo/booths/X2026-01-0001/edit", login: "demo-enterprise", closely: true),
        Look(name: "expo-lead", path: "/hunan/expo/leads", login: "demo-enterprise", link: "演示·来访企业有限公司"),
        Look(name: "market", path: "/hunan/market/services"), Look(name: "market-agencies", path: "/hunan/market/agencies"),
        Look(name: "market-vouchers", path: "/hunan/market/vouchers"), Look(name: "market-resources", path: "/hunan/market/resources"),
        Look(name: "market-agency", path: "/hunan/market/agencies?q=%E6%99%BA%E9%80%A0", link: "演示·株洲智造服务有限公司"),
        Look(name: "market-slots", path: "/hunan/market/services?q=%E6%8A%8A%E8%84%89", link: "数字化专家到厂把脉"),
        Look(name: "market-software", path: "/hunan/market/services?q=%E4%BA%91%E4%B8%8A", link: "云上产线看板"),
        Look(name: "market-approval", path: "/hunan/market/approval", login: "demo-enterprise"),
        Look(name: "market-vouchers-staff", path: "/hunan/market/vouchers", login: "demo-province"),
        Look(name: "market-orders", path: "/hunan/market/orders", login: "demo-enterprise"),
        Look(name: "market-front", path: "/hunan/market/"), Look(name: "market-complaints", path: "/hunan/market/complaints", login: "demo-enterprise"),
        Look(name: "market-complaint-form", path: "/hunan/market/complaints/new", login: "demo-enterprise"),
        Look(name: "calls", path: "/hunan/matching/calls"), Look(name: "call", path: "/hunan/matching/calls", link: "征集出口产品检测服务机构"),
        Look(name: "call-form", path: "/hunan/matching/calls/new", login: "demo-province"),
        Look(name: "common", path: "/hunan/matching/common", login: "demo-province"),
        Look(name: "gap", path: "/hunan/matching/gap"), Look(name: "demand-form", path: "/hunan/matching/new", login: "demo-enterprise"),
        Look(name: "demands", path: "/hunan/matching/demands", login: "demo-province"),
        Look(name: "school-class", path: "/hunan/school/classes/K2026-001"),
        Look(name: "school-manage", path: "/hunan/school/manage", login: "demo-province"),
        Look(name: "tasks", path: "/hunan/coordination/", login: "demo-province"),
        Look(name: "school", path: "/hunan/school/classes"), Look(name: "school-verify", path: "/hunan/school/certificates"),
        Look(name: "school-attendance", path: "/hunan/school/classes/K\(year)-006/attendance", login: "demo-province", closely: true),
        Look(name: "school-session", path: "/hunan/school/classes/K\(year)-006/attendance/2", login: "demo-province"),
        Look(name: "school-door", path: "/hunan/school/classes/K\(year)-006/door/2", login: "demo-province"),
        Look(name: "school-issuing", path: "/hunan/school/classes/K\(year)-006/certificates", login: "demo-province"),
        Look(
            name: "school-certificate", path: "/hunan/school/classes/K\(year)-006/certificates", login: "demo-province", closely: true,
            link: "Z\(year)-000001"),
        Look(name: "school-survey", path: "/hunan/school/classes/K\(year)-006/survey", login: "demo-province"),
        Look(name: "school-quiz", path: "/hunan/school/courses/C\(year)-002/quiz", login: "demo-province"),
        Look(name: "school-series", path: "/hunan/school/series"),
        Look(name: "school-series-one", path: "/hunan/school/series/L\(year)-01"),
        Look(name: "school-prerequisite", path: "/hunan/school/classes/K\(year)-007"),
        Look(
            name: "school-lesson", path: "/hunan/school/registrations/K\(year)-008-0001", login: "demo-province", closely: true,
            link: "学习：材料准备"),
        Look(name: "school-training", path: "/hunan/school/training", login: "demo-province", closely: true),
        Look(name: "school-trainee", path: "/hunan/school/training/people/T\(year)-0001", login: "demo-province"),
        Look(name: "school-training-rules", path: "/hunan/school/training/rules", login: "demo-province"),
        Look(name: "school-training-mine", path: "/hunan/school/training/mine", login: "demo-province"),
        Look(name: "school-report", path: "/hunan/school/classes/K\(year)-006/report", login: "demo-province"),
        Look(name: "school-report-year", path: "/hunan/school/report", login: "demo-province"),
        Look(name: "links", path: "/hunan/console/links/", login: "demo-system"),
        Look(name: "links-node", path: "/hunan/console/links/nodes/changsha", login: "demo-system"),
        Look(name: "forbidden", path: "/hunan/console", login: "demo-window"),
    ]

    @Test("宽 1280 和 360：语言、标题、标签、焦点、不横向滚动，浏览器无一句怨言", arguments: ["", "demo-province", "demo-window", "demo-enterprise", "demo-system"])
    func everyPage(login: String) async throws {
        let demo = try await DemoNetwork.shared.value
        let browser = try await demo.open()
        try await browser.show(.init(width: 1280))
        if !login.isEmpty { try await demo.signIn(login, in: browser) }
        for look in Self.looks where (look.login ?? "") == login {
            try await browser.show(.init(width: 1280))
            try await browser.go(demo.address + look.path)
            if let link = look.link { try await browser.follow(link, tag: "a") }
            for width in [1280, 360] {
                try await browser.show(.init(width: width))
                let faults = try await browser.faults()
                #expect(faults == [], "\(look.name) at \(width)")
                try await browser.screenshot(to: "\(demo.pictures)/\(look.name)-\(width).png")
            }
            // A page of an error is an error to the browser, too.
            let complaints = try await browser.complaints().filter { !($0.contains("status of 40") && $0.contains(look.path)) }
            #expect(complaints == [], "\(look.name)")
            guard look.closely else { continue }
            try await browser.show(.init(width: 1280))
            let focus = try await browser.focusFaults(stops: 30)
            #expect(focus == [], "\(look.name)")
            try await browser.show(.init(width: 1280, isDark: true))
            try await browser.screenshot(to: "\(demo.pictures)/\(look.name)-dark.png")
            try await browser.show(.init(width: 800, isPaper: true))
            try await browser.screenshot(to: "\(demo.pictures)/\(look.name)-paper.png")
        }
        await browser.close()
    }

    @Test("the pages say the same without scripts")
    func withoutScripts() async throws {
        let demo = try await DemoNetwork.shared.value
        let browser = try await demo.open()
        var texts: [[String]] = []
        for isAllowed in [true, false] {
            try await browser.allowScripts(isAllowed)
            var own: [String] = []
            for look in Self.looks where look.login == nil {
                try await browser.go(demo.address + look.path)
                own.append(try await browser.run("return document.body.innerText").string ?? "")
            }
            texts.append(own)
        }
        #expect(texts[0] == texts[1])
        #expect(texts[0].allSatisfy { $0.count > 100 })
        await browser.close()
    }

    @Test("the checks of a page can fail")
    func checksCanFail() async throws {
        let demo = try await DemoNetwork.shared.value
        let browser = try await demo.open()
        try await browser.show(.init(width: 360))
        try await browser.go("\(demo.address)/hunan/login")
        #expect(try await browser.faults() == [])
        let breaks = [
            ("lang is", "document.documentElement.lang = 'en'"), ("2 h1", "document.querySelector('main').append(document.createElement('h1'))"),
            ("field without label", "document.querySelector('label').remove()"), ("nameless", "document.querySelector('main button').textContent = ''"),
            ("tabindex", "document.querySelector('main a, main input').tabIndex = 3"),
            ("without caption", "document.querySelector('main').append(document.createElement('table'))"),
        ]
        for (wanted, script) in breaks {
            try await browser.go("\(demo.address)/hunan/login")
            try await browser.run(script)
            #expect(try await browser.faults().contains { $0.contains(wanted) }, "\(wanted)")
        }
        // Refused by the page's own policy, and the browser says so.
        _ = try await browser.complaints()
        try await browser.run("const s = document.createElement('script'); s.textContent = 'window.bad = 1'; document.body.append(s)")
        #expect(try await browser.complaints().contains { $0.contains("Content Security Policy") })
        await browser.close()
    }
}

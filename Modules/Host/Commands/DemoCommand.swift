import Bus
import Gateway
import Identity
import Messages
import PluginKit
import Store
import Vocabulary

/// `shuniu demo`: invented accounts and records in every configured site, for trying the platform out.
enum DemoCommand {
    static let spec = CommandSpec(
        name: "demo", summary: "在各站点写入虚构的演示账号和演示数据（主机须已停止）", options: [CommandSpec.configs, CommandSpec.data],
        notes: ["演示账号的密码随机生成，只显示这一次。重复运行不会重复写入数据，但会为已有演示账号重设密码。"], run: run)

    /// The people of the walk from application to recognition, and those who keep the site.
    private struct Person {
        let login: String
        let name: String
        let role: Role
        let region: String?
        let task: String
        /// For whom the person acts.
        var organisation: Organisation?
    }

    /// Invented; the codes are well-formed and nobody's.
    private static let enterprise = CreditCode("91430181MA4LDEM10U").map { Organisation(code: $0, name: "演示·浏阳精工机械有限公司", kind: .enterprise) }
    private static let agency = CreditCode("91430200MA4LDEM29K").map { Organisation(code: $0, name: "演示·株洲智造服务有限公司", kind: .agency) }

    private static let people = [
        Person(login: "demo-window", name: "演示·浏阳窗口人员", role: .windowStaff, region: "430181", task: "填报浏阳的申请"),
        Person(login: "demo-city", name: "演示·长沙市级审核", role: .cityStaff, region: "430100", task: "市级初审"),
        Person(login: "demo-province", name: "演示·省级评审", role: .provinceStaff, region: nil, task: "省级评审、验收、认定"),
        Person(
            login: "demo-enterprise", name: "演示·浏阳企业人员", role: .enterprise, region: "430181", task: "代表企业找服务、提需求",
            organisation: enterprise),
        Person(
            login: "demo-agency", name: "演示·株洲机构人员", role: .agency, region: "430200", task: "代表服务机构发布服务、接单",
            organisation: agency),
        Person(login: "demo-security", name: "演示·安全管理员", role: .securityAdministrator, region: nil, task: "控制台：账号、单位、合作方、安全策略、个人信息"),
        Person(login: "demo-system", name: "演示·系统管理员", role: .systemAdministrator, region: nil, task: "控制台：数据交换、搁置消息、运行状态"),
        Person(login: "demo-audit", name: "演示·审计管理员", role: .auditAdministrator, region: nil, task: "控制台：审计"),
    ]

    @Sendable private static func run(_ call: Invocation) async throws {
        let configuration = try call.configuration()
        let reference = try ReferenceData.loadLocated()
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        // The sites hear each other, as they do in operation.
        let network = SiteNetwork(log: .silent)
        network.place(configuration.sites.map(\.entry))
        let surroundings = Site.Surroundings(
            lanes: lanes, passwords: PasswordWorkers(threads: 1, logN: call.program.passwordCost), clock: call.program.clock,
            ids: call.program.ids, reference: reference, log: .silent, network: network)
        var sites: [Site] = []
        do { try await fillAll(configuration, surroundings, network, &sites, call, reference) } catch {
            await close(sites, network)
            throw error
        }
        await close(sites, network)
    }

    private static func close(_ sites: [Site], _ network: SiteNetwork) async {
        await network.settle()
        await network.close()
        for site in sites { await site.close() }
    }

    private static func fillAll(
        _ configuration: HostConfiguration, _ surroundings: Site.Surroundings, _ network: SiteNetwork, _ sites: inout [Site], _ call: Invocation,
        _ reference: ReferenceData
    ) async throws {
        // The default site's accounts are told first, whatever the order of the sites.
        for one in configuration.sites.filter({ $0.id == configuration.defaultSite }) + configuration.sites.filter({ $0.id != configuration.defaultSite }) {
            let site = try await Site(
                card: one.card, folder: configuration.folder(of: one.id), settings: one.plugins,
                installed: call.program.installed, people: one.identity, surroundings: surroundings)
            sites.append(site)
            network.wake()
            await network.settle()
            try await fill(site, one, isDefault: one.id == configuration.defaultSite, call, reference)
        }
    }

    private static func fill(_ site: Site, _ one: SiteConfiguration, isDefault: Bool, _ call: Invocation, _ reference: ReferenceData) async throws {
        try site.open()
        for plugin in call.program.installed where site.face.parts.contains(where: { $0.blueprint.manifest.id == plugin.manifest.id }) {
            try await plugin.demonstrate(
                Demonstration(
                    site: site.card.id, region: site.card.region, isOfRegion: [.hub, .city, .county].contains(one.kind), bus: site.bus, files: site.face.files, reference: reference,
                    now: call.program.clock.now,
                    registrar: { login, name in
                        try await site.identity.closedAccount(login: login, name: name, by: .system("demo"), address: "local").description
                    }))
        }
        await site.bus.settle()
        // Who works in a city's or county's window has an account at its own site too.
        let isWindow = one.kind == .city || one.kind == .county
        let here = people.filter { isDefault || (isWindow && $0.region == site.card.region?.description) }
        var rows: [[String]] = []
        for person in here { rows.append([person.login, try await password(of: person, at: site), person.task]) }
        if !rows.isEmpty {
            call.terminal.say("站点 \(site.card.id) 的演示账号（密码只显示这一次）：")
            call.terminal.table(["账号", "密码", "用途"], rows)
        }
        try await newcomer(at: site)
        guard isDefault else { return }
        try await demonstratePartner(at: site, call)
    }

    private static let client = "demo-bank"

    /// An invented bank that may ask what everybody may, without what is nested: its answers show the filter at work.
    private static func demonstratePartner(at site: Site, _ call: Invocation) async throws {
        let system = Actor.system("demo")
        let messages = PartnerCatalogue(site.face.parts.map(\.blueprint)).draft
        guard let code = CreditCode("91430100MA4LDEM02N"), !messages.isEmpty else { return }
        let secret: String
        if site.identity.partnerEntry(client) != nil {
            secret = try await site.identity.rotateSecret(of: client, endsOldAtOnce: true, by: system, address: "local")
        } else {
            let bank = Organisation(code: code, name: "演示·湘江银行", kind: .enterprise)
            secret = try await site.identity.addPartner(client, name: "平台信息核验", organisation: bank, by: system, address: "local").secret
            let today = call.program.clock.now.day
            let contract = PartnerContract(
                purpose: "贷前核验企业所在地的服务平台", validFrom: today, validUntil: today.adding(months: 12), ratePerMinute: 120,
                dailyQuota: 20_000, messages: messages)
            _ = try await site.identity.recordContract(contract, for: client, by: system, address: "local")
        }
        call.terminal.say(
            "演示合作方（密钥只显示这一次）：client_id \(client)，client_secret \(secret)\n  令牌地址 /api/\(site.card.id)/oauth/token，合约含 \(messages.count) 条公开查询。")
    }

    private static func password(of person: Person, at site: Site) async throws -> String {
        let system = Actor.system("demo")
        if let account = try site.identity.account(login: person.login) {
            return try await site.identity.resetPassword(account.id, by: system, address: "local")
        }
        if let organisation = person.organisation { try await site.identity.record(organisation, by: system, address: "local") }
        var new = NewAccount(
            login: person.login, name: person.name, organisation: person.organisation?.code, grants: [Grant(person.role, in: person.region.flatMap { RegionCode($0) })])
        new.mustChangePassword = false
        return try await site.identity.addAccount(new, by: system, address: "local").password
    }

    /// Somebody whose word that they act for an enterprise waits to be looked into.
    private static func newcomer(at site: Site) async throws {
        guard let region = RegionCode("430181"), site.card.region?.contains(region) == true else { return }
        let claim = MembershipRequest(
            code: "91430181MA4LDEM37K", name: "演示·浏阳花炮包装有限公司", kind: .enterprise, region: region, post: "办公室主任")
        _ = try await site.identity.signUp(
            SignUpRequest(login: "demo.newcomer", name: "演示·新注册人员", password: PasswordGenerator.make(), membership: claim),
            form: Array("demo".utf8), address: "local")
    }
}

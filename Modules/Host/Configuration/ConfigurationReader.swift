import Crypto
import Exchange
import FoundationEssentials
import Gateway
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

extension HostConfiguration {
    /// What the command line may put in the place of what the files say.
    public struct Overrides: Sendable {
        /// From the working folder.
        public var dataFolder: String?
        public var port: Int?

        public init(dataFolder: String? = nil, port: Int? = nil) {
            self.dataFolder = dataFolder
            self.port = port
        }
    }

    /// Reads `host.json5`, every `sites/<site>/site.json5` and every `sites/<site>/plugins/<plugin>.json5` of a folder.
    ///
    /// - Parameters:
    ///   - plugins: what this program contains; their settings are checked too.
    ///   - checkFiles: whether certificate and key must exist and the key must be private.
    /// - Throws: a `Refusal` (`host.configuration`) with every problem of every file.
    public static func read(
        _ folder: String, plugins: [KnownPlugin], overrides: Overrides = .init(), checkFiles: Bool = true
    ) throws -> HostConfiguration {
        var reader = ConfigurationReader(folder: folder, plugins: plugins)
        let configuration = reader.read(overrides, checkFiles: checkFiles)
        if checkFiles, let configuration { reader.checkFiles(configuration) }
        guard let configuration, reader.problems.isEmpty else { throw ConfigurationProblem.refusal(reader.problems) }
        return configuration
    }
}

/// Reads a folder of configuration files and collects what is wrong with them.
struct ConfigurationReader {
    let folder: String
    private(set) var plugins: [KnownPlugin]
    private var packages: [InstalledPlugin] = []
    private(set) var problems: [ConfigurationProblem] = []

    init(folder: String, plugins: [KnownPlugin]) {
        self.folder = folder.count > 1 && folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        self.plugins = plugins
    }

    /// `nil` when the files are too wrong to make anything of; otherwise `problems` decides.
    mutating func read(_ overrides: HostConfiguration.Overrides, checkFiles: Bool = true) -> HostConfiguration? {
        let hostFile = "\(folder)/host.json5"
        let host = settings(hostFile, .host, missing: "没有找到主机配置。请先运行 `shuniu init`，或用 --configs 指明配置目录。")
        let dataFolder = overrides.dataFolder ?? path(host?.text("dataFolder", or: "../data") ?? "../data")
        readPackages(dataFolder)
        let sites = readSites(host)
        guard let host else { return nil }
        var configuration = HostConfiguration(
            dataFolder: dataFolder,
            certificate: path(host.text("tls.certificate", or: "")), key: path(host.text("tls.key", or: "")),
            sites: sites)
        configuration.address = host.text("listen.address", or: configuration.address)
        configuration.port = overrides.port ?? host.integer("listen.port", or: configuration.port)
        configuration.trustedProxies = host.texts("listen.trustedProxies")?.compactMap { NetworkRange($0) } ?? []
        configuration.origin = host.text("listen.origin")
        configuration.redirectPort = host.integer("listen.redirectPort")
        configuration.adminPort = host.integer("listen.adminPort")
        configuration.ocsp = host.text("tls.ocsp").map(path)
        configuration.moreCertificates = host.values["tls.certificates"]?.array?.map(pair) ?? []
        configuration.clientAuthorities = host.texts("tls.clientAuthorities")?.map(path) ?? []
        configuration.revocationLists = host.texts("tls.revocationLists")?.map(path) ?? []
        configuration.ticketHours = host.integer("tls.ticketHours", or: 12)
        configuration.loops = host.integer("threads.loops", or: 0)
        configuration.storeThreads = host.integer("threads.store", or: 2)
        configuration.passwordThreads = host.integer("threads.passwords", or: 2)
        configuration.limits = Self.limits(host)
        configuration.configs = folder
        configuration.packages = packages
        configuration.trustedKeys = host.texts("packages.trustedKeys")?.map(path) ?? []
        configuration.processMemory = UInt64(host.integer("processes.memoryMegabytes", or: 1024)) << 20
        configuration.processFaults = host.integer("processes.faultsPerMinute", or: 5)
        configuration.processRestart = .seconds(host.integer("processes.restartSeconds", or: 30))
        configuration.processHeartbeat = .seconds(host.integer("processes.heartbeatSeconds", or: 15))
        configuration.logLevel = host.text("log.level").flatMap(LogLevel.init(rawValue:)) ?? .info
        configuration.logFormat = host.text("log.format").flatMap(Log.Format.init(rawValue:)) ?? .json
        checkDefaultSite(host.text("defaultSite"), hostFile, &configuration)
        checkPorts(configuration, hostFile)
        configuration.trunkBroker = trunkBroker(host, hostFile, checkFiles: checkFiles)
        return configuration
    }

    private func pair(_ value: JSONValue) -> TLSSettings.Pair {
        TLSSettings.Pair(
            hosts: value["hosts"]?.array?.compactMap(\.string) ?? [], certificateFile: path(value["certificate"]?.string ?? ""),
            keyFile: path(value["key"]?.string ?? ""), ocspFile: value["ocsp"]?.string.map(path))
    }

    private static func limits(_ host: Settings) -> HostConfiguration.Limits {
        var limits = HostConfiguration.Limits()
        limits.connections = host.integer("limits.connections", or: limits.connections)
        limits.connectionsPerAddress = host.integer("limits.connectionsPerAddress", or: limits.connectionsPerAddress)
        limits.connectionsPerMinute = host.integer("limits.connectionsPerMinute", or: 600)
        limits.requestsPerAddress = host.integer("limits.requestsPerAddress", or: 3000)
        limits.requestsPerAccount = host.integer("limits.requestsPerAccount", or: 1200)
        limits.queueTime = .milliseconds(host.integer("limits.queueMilliseconds", or: 200))
        limits.headBytes = host.integer("limits.headBytes", or: limits.headBytes)
        limits.bodyBytes = host.integer("limits.bodyBytes", or: limits.bodyBytes)
        limits.queuedBytes = host.integer("limits.queuedBytes", or: limits.queuedBytes)
        limits.headTime = .seconds(host.integer("limits.headSeconds", or: 10))
        limits.idleTime = .seconds(host.integer("limits.idleSeconds", or: 75))
        limits.answerTime = .seconds(host.integer("limits.answerSeconds", or: 60))
        limits.drainTime = .seconds(host.integer("limits.drainSeconds", or: 10))
        return limits
    }

    // MARK: - Sites

    private mutating func readSites(_ host: Settings?) -> [SiteConfiguration] {
        let folder = "\(folder)/sites"
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: folder))?.filter { !$0.hasPrefix(".") }.sorted() ?? []
        if names.isEmpty {
            note(folder, "没有任何站点。请用 `shuniu init --site <标识>` 建立一个，或新建 \(folder)/<标识>/site.json5。")
        }
        var sites: [SiteConfiguration] = []
        for name in names {
            if let problem = SiteID.problem(name) {
                note("\(folder)/\(name)", problem)
                continue
            }
            let file = "\(folder)/\(name)/site.json5"
            let settings = settings(file, .site, missing: "站点目录下没有 site.json5，请补上该文件或移走目录。")
            let plugins = readPlugins("\(folder)/\(name)/plugins")
            guard let settings, let kind = settings.text("kind").flatMap(SiteConfiguration.Kind.init(rawValue:)) else {
                continue
            }
            let region = settings.text("region").flatMap { RegionCode($0) }
            checkRegion(region, kind, file)
            let card = SiteCard(
                id: name, title: settings.text("title", or: name), subtitle: settings.text("subtitle"),
                hotline: settings.text("hotline") ?? host?.text("brand.hotline"), region: region,
                footer: settings.texts("footer") ?? host?.texts("brand.footer") ?? [],
                accent: settings.text("accent") ?? host?.text("brand.accent") ?? "#1d4f91")
            var site = SiteConfiguration(card: card, kind: kind, parent: settings.text("parent"), plugins: plugins)
            site.identity = identityRules(settings, card, file)
            site.origins = settings.texts("api.origins") ?? []
            site.ownProcess = Set(settings.texts("ownProcess") ?? [])
            for id in site.ownProcess.sorted() where !self.plugins.contains(where: { $0.id == id }) {
                let known = self.plugins.map(\.id).sorted()
                let hint = Nearest.name(to: id, among: known).map { "是否想写“\($0)”？" } ?? "现有插件：\(known.joined(separator: "、"))。"
                note(file, key: "ownProcess", "没有插件“\(id)”，\(hint)请更正或从列表中删除。")
            }
            site.files.looseTime = .seconds(settings.integer("files.looseHours", or: 24) * 3600)
            site.files.dailyBytes = settings.integer("files.dailyMegabytes", or: 1024) << 20
            site.card.isSandbox = settings.values["sandbox"]?.bool ?? false
            site.exchange = exchange(settings, file)
            sites.append(site)
        }
        checkParents(sites, folder)
        applyLocks(&sites, folder)
        return sites
    }

    private mutating func exchange(_ settings: Settings, _ file: String) -> PartnerExchange.Settings {
        var exchange = PartnerExchange.Settings()
        exchange.signature = settings.text("exchange.signature").flatMap(SignatureAlgorithm.init(rawValue:)) ?? .es256
        exchange.receipts.ahead = settings.integer("exchange.receiptsAhead", or: exchange.receipts.ahead)
        exchange.receipts.graceCount = settings.integer("exchange.graceReceipts", or: exchange.receipts.graceCount)
        exchange.receipts.graceTime = .seconds(settings.integer("exchange.graceSeconds", or: 300))
        exchange.keyAge = .seconds(settings.integer("exchange.keyDays", or: 730) * 86_400)
        exchange.authority = settings.text("exchange.authority").map { path($0) }
        for text in settings.texts("exchange.allowedNetworks") ?? [] {
            guard let network = AddressGuard.Network(text) else {
                note(file, key: "exchange.allowedNetworks", "“\(text)”不是网段，应形如 10.1.2.0/24 或 fd00:1::/32，且前缀之后的位为零。请改正。")
                continue
            }
            exchange.allowedNetworks.append(network)
        }
        return exchange
    }

    /// What was installed from packages counts like what the program contains.
    private mutating func readPackages(_ dataFolder: String) {
        let (good, bad) = PackageShelf(dataFolder: dataFolder).entries()
        for (id, reason) in bad { note("\(dataFolder)/_plugins/\(id)", reason) }
        for entry in good {
            guard !plugins.contains(where: { $0.id == entry.id }) else {
                note("\(dataFolder)/_plugins/\(entry.id)", "本程序已包含插件“\(entry.id)”，不能再安装同名的插件包。请移除：shuniu plugin remove \(entry.id)。")
                continue
            }
            do {
                let plugin = try InstalledPlugin(entry.package)
                packages.append(plugin)
                plugins.append(KnownPlugin(plugin))
            } catch {
                note("\(dataFolder)/_plugins/\(entry.id)", "登记表不能识别（\(error)）。请重新安装该插件。")
            }
        }
    }

    private mutating func readPlugins(_ folder: String) -> [String: JSONValue] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: folder))?.filter { !$0.hasPrefix(".") }.sorted() ?? []
        var found: [String: JSONValue] = [:]
        for name in names {
            let file = "\(folder)/\(name)"
            guard name.hasSuffix(".json5") else {
                note(file, "plugins 目录下只放 <插件>.json5，请移走或改名。")
                continue
            }
            let id = String(name.dropLast(6))
            guard let plugin = plugins.first(where: { $0.id == id }) else {
                let hint = Nearest.name(to: id, among: plugins.map(\.id)).map { "是否想写“\($0).json5”？" } ?? ""
                note(file, "本程序没有插件“\(id)”，\(hint)可用的插件：\(plugins.map(\.id).sorted().joined(separator: "、"))。请改名或移走。")
                continue
            }
            if let problem = ReservedName.problem(id) {
                note(file, problem)
                continue
            }
            guard let (value, lines) = parse(file) else { continue }
            for fault in plugin.problems(value) {
                let key = fault.field.split(separator: "/").joined(separator: ".")
                problems.append(.init(file: file, line: lines.line(of: fault.field), key: key, message: fault.message))
            }
            found[id] = value
        }
        return found
    }

    // MARK: - What no single key tells

    private mutating func checkDefaultSite(_ wanted: String?, _ file: String, _ configuration: inout HostConfiguration)
    {
        if let wanted {
            if !configuration.sites.contains(where: { $0.id == wanted }) {
                let known = configuration.sites.map(\.id)
                let hint = Nearest.name(to: wanted, among: known).map { "是否想写“\($0)”？" } ?? ""
                note(
                    file, key: "defaultSite", "没有站点“\(wanted)”，\(hint)现有站点：\(known.prefix(20).joined(separator: "、"))。")
            }
            configuration.defaultSite = wanted
        } else if configuration.sites.count > 1 {
            note(file, key: "defaultSite", "有 \(configuration.sites.count) 个站点时必须指明根地址显示哪一个，请补充。")
        }
    }

    private mutating func checkPorts(_ configuration: HostConfiguration, _ file: String) {
        let ports = [
            ("listen.port", configuration.port), ("listen.redirectPort", configuration.redirectPort ?? 0),
            ("listen.adminPort", configuration.adminPort ?? 0),
        ].filter { $0.1 != 0 }
        for (index, port) in ports.enumerated() {
            guard let other = ports[..<index].first(where: { $0.1 == port.1 }) else { continue }
            note(file, key: port.0, "端口 \(port.1) 已用于 \(other.0)，请改用另一个端口。")
        }
    }

    private mutating func checkRegion(_ region: RegionCode?, _ kind: SiteConfiguration.Kind, _ file: String) {
        let level: Int? = region.map { $0.number % 10_000 == 0 ? 1 : $0.number % 100 == 0 ? 2 : 3 }
        let (wanted, title): (Int?, String) =
            switch kind {
            case .hub: (1, "省级")
            case .city: (2, "市级")
            case .county: (3, "县级")
            case .cluster, .park, .base: (nil, "")
            }
        guard let wanted, level != wanted else { return }
        let now = region.map { "现为 \($0)" } ?? "现未填写"
        note(file, key: "region", "类型为 \(kind.rawValue)（\(kind.title)）的站点须填\(title)区划代码，\(now)，请改正。")
    }

    private mutating func checkParents(_ sites: [SiteConfiguration], _ folder: String) {
        let parents = Dictionary(sites.map { ($0.id, $0.parent) }) { first, _ in first }
        for site in sites {
            let file = "\(folder)/\(site.id)/site.json5"
            if site.kind == .hub, site.parent != nil { note(file, key: "parent", "省枢纽（hub）没有上级站点，请删除此项。") }
            var seen: Set<String> = [site.id]
            var next = site.parent
            while let parent = next {
                guard seen.insert(parent).inserted else {
                    note(file, key: "parent", "上级站点“\(parent)”形成了循环，请改正。")
                    break
                }
                next = parents[parent] ?? nil
            }
        }
    }

    mutating func checkFiles(_ configuration: HostConfiguration) {
        let file = "\(folder)/host.json5"
        var files = [("tls.certificate", configuration.certificate), ("tls.key", configuration.key)]
        files += configuration.ocsp.map { [("tls.ocsp", $0)] } ?? []
        for pair in configuration.moreCertificates {
            files += [("tls.certificates", pair.certificateFile), ("tls.certificates.key", pair.keyFile)]
            files += pair.ocspFile.map { [("tls.certificates", $0)] } ?? []
        }
        files += configuration.clientAuthorities.map { ("tls.clientAuthorities", $0) }
        files += configuration.revocationLists.map { ("tls.revocationLists", $0) }
        let before = problems.count
        for (key, path) in files {
            let shown = key == "tls.certificates.key" ? "tls.certificates" : key
            guard FileManager.default.isReadableFile(atPath: path) else {
                note(file, key: shown, "文件 \(path) 不存在或不可读。请放入证书，或运行 Tools/start 生成本机试用证书。")
                continue
            }
            let mode = PrivateFile.mode(path) ?? 0
            if key.hasSuffix(".key"), mode & 0o077 != 0 {
                note(file, key: shown, "私钥 \(path) 的权限为 \(String(mode, radix: 8))，其他用户可读。请执行 chmod 600 \(path)。")
            }
        }
        // Only files that are there can contradict each other.
        guard problems.count == before else { return }
        do { _ = try TLSContext(configuration.tls) } catch {
            note(file, key: "tls", (error as? NetworkError)?.message ?? "证书无法使用：\(error)。请检查证书文件。")
        }
    }

    // MARK: - Files

    private mutating func settings(_ file: String, _ table: SettingTable, missing: String) -> Settings? {
        guard FileManager.default.fileExists(atPath: file) else {
            note(file, missing)
            return nil
        }
        guard let (value, lines) = parse(file) else { return nil }
        let found = table.problems(in: value)
        for problem in found {
            problems.append(
                .init(file: file, line: lines.line(of: problem.pointer), key: problem.key, message: problem.message))
        }
        // What is good is used all the same, so that checks across keys and files run too.
        let bad = Set(found.map(\.key))
        var settings = table.settings(value)
        for key in table.keys where bad.contains(key.name) { settings.values[key.name] = key.fallback ?? .null }
        return settings
    }

    private mutating func parse(_ file: String) -> (JSONValue, JSON5Lines)? {
        guard let data = FileManager.default.contents(atPath: file) else {
            note(file, "文件不可读，请检查权限。")
            return nil
        }
        let bytes = Array(data)
        do {
            return (try JSON5.parse(bytes), JSON5Lines(bytes))
        } catch {
            problems.append(
                .init(file: file, line: error.line, key: "", message: "第 \(error.column) 个字符处：\(error.message)"))
        }
        return nil
    }

    mutating func note(_ file: String, key: String = "", _ message: String) {
        var line: Int?
        if !key.isEmpty, let data = FileManager.default.contents(atPath: file) {
            line = JSON5Lines(Array(data)).line(of: "/" + key.replacing(".", with: "/"))
        }
        problems.append(.init(file: file, line: line, key: key, message: message))
    }

    /// Relative paths begin where the file lies.
    func path(_ text: String) -> String { text.hasPrefix("/") ? text : "\(folder)/\(text)" }
}

import Bus
import FoundationEssentials
import Gateway
import Messages
import PluginKit
import Vocabulary

/// `shuniu plugin new`, `shuniu plugin check`: for those who write plug-ins.
enum AuthorCommands {
    static let all = [new, check]

    static let new = CommandSpec(
        name: "plugin new", summary: "生成一个独立的插件工程（Swift 包）：一条命令、一个页面、一个测试，立即可构建",
        options: [
            .init(name: "kit", value: "路径或网址", help: "枢纽源码所在目录，或其 git 网址（取 main 分支）", isRequired: true),
            .init(name: "title", value: "名称", help: "中文名称；缺省“便签”"),
            .init(name: "folder", value: "目录", help: "生成到哪里；缺省为当前目录下与插件同名的目录", isPath: true),
        ],
        notes: ["随后：swift build、swift test；打包见生成的 README.md 和 Modules/PluginKit/FIRST-PLUGIN.md。"],
        operand: .init(name: "plugin", value: "插件", help: "插件标识：2 至 40 位小写字母、数字或连字符", isRequired: true)
    ) { call in
        let id = call["plugin"] ?? ""
        if let problem = PluginID.problem(id) { throw CommandProblem.refused("插件标识“\(id)”不可用：\(problem)") }
        let working = FileManager.default.currentDirectoryPath
        var folder = call["folder"] ?? id
        if !folder.hasPrefix("/") { folder = working + "/" + folder }
        guard !FileManager.default.fileExists(atPath: folder) else { throw CommandProblem.refused("\(folder) 已经存在，没有改动。请用 --folder 另选目录。") }
        var kit = call["kit"] ?? ""
        if !kit.contains("://"), !kit.hasPrefix("/") { kit = working + "/" + kit }
        if !kit.contains("://"), !FileManager.default.fileExists(atPath: kit + "/Package.swift") {
            throw CommandProblem.refused("\(kit) 中没有 Package.swift。--kit 应为枢纽源码所在目录，或其 git 网址。")
        }
        let files = PluginTemplate(id: id, title: call["title"] ?? "便签", kit: kit).files
        for (path, text) in files {
            let place = "\(folder)/\(path)"
            try FileManager.default.createDirectory(atPath: String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)]), withIntermediateDirectories: true)
            try PrivateFile.create(place, Array(text.utf8), mode: 0o644)
        }
        call.terminal.say("已生成 \(folder)：\(files.map(\.path).joined(separator: "、"))")
        call.terminal.say("下一步：cd \(folder) && swift build && swift test")
    }

    static let check = CommandSpec(
        name: "plugin check", summary: "核验插件包是否遵守 PROTOCOL.md：每种消息的正确与错误形式，一律发送两次，各步 kill -9；并与上一版本比较消息契约",
        options: [
            .init(name: "plugin", value: "插件", help: "不核验插件包，核验本程序包含的插件"),
            .init(name: "against", value: "文件", help: "与该插件包比较契约；缺省为已安装的版本", isPath: true),
            .init(name: "settings", value: "文件", help: "插件设置（JSON5）；缺省为空", isFile: true), CommandSpec.configs, CommandSpec.data,
        ],
        notes: ["退出码 0：全部通过；1：有不符之处，逐条列出，并指明 Modules/Bus/PROTOCOL.md 的章节。不需要站点，不改动任何数据。"],
        operand: .init(name: "package", value: "文件", help: "插件包（tar）的路径", isRequired: false, isPath: true)
    ) { call in
        let folder = FileManager.default.temporaryDirectory.path + "/shuniu-check-" + call.program.ids.next().description
        try PrivateFile.makeFolder(folder)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let settings = try call.files["settings"].map { try JSON5.parse(Array($0.text.utf8)) } ?? .object([])
        let reference = (try? ReferenceData.loadLocated()) ?? .empty
        let installed = call.program.installed
        let plugin: InstalledPlugin, declaration: Declaration
        var faults: [FakeHost.Fault] = []
        switch (call["package"], call["plugin"]) {
        case (let path?, nil):
            let package = try read(path)
            let shelf = PackageShelf(dataFolder: folder)
            try shelf.unpack(package, signer: nil, network: false)
            try shelf.use(package.manifest.id, package.manifest.version)
            let entry = try shelf.entry(package.manifest.id)
            plugin = try InstalledPlugin(entry.package)
            declaration = package.declaration
            let said = try await PackageMaker.declare(entry.package.executable)
            if (try? JSON.decode(Declaration.self, from: said)) != declaration {
                faults.append(.init(chapter: "--declare", what: "`--declare` prints something else than declaration.json"))
            }
            _ = try plugin.blueprint(settings: settings, reference: reference)
        case (nil, let id?):
            guard let one = installed.first(where: { $0.manifest.id == id }) else { throw Refusal.noPlugin(id, installed) }
            plugin = one
            declaration = Declaration(try one.blueprint(settings: settings, reference: reference), settings: one.settingsSchema)
        default: throw CommandProblem.usage("请给出一个插件包，或 --plugin <插件>。")
        }
        // What it hears, as its publishers say it: plug-ins of this program, and packages that are installed here.
        let shelf = (try? call.dataFolder()).map { PackageShelf(dataFolder: $0).entries().good.flatMap(\.package.declaration.messages) } ?? []
        let known = installed.flatMap { (try? $0.blueprint(settings: .object([]), reference: reference))?.contract.messages ?? [] } + shelf
        let heard = [(declaration.hears, false), (declaration.hearsBeyond ?? [], true)].flatMap { names, isBeyond in
            names.compactMap { name in
                known.first { $0.name == name }.flatMap { try? Schema(parsing: $0.message) }.map { FakeHost.Heard(name: name, schema: $0, isBeyond: isBeyond) }
            }
        }
        let processes = PluginProcesses.ofThisProgram
        let host = try FakeHost(
            declaration, folder: folder, settings: settings, reference: processes.reference, heard: heard, spec: { try processes.spec(plugin, folder: $0) })
        for fault in faults { host.fault(fault.chapter, fault.what) }
        call.terminal.say("\(declaration.manifest.title)（\(declaration.manifest.id) \(declaration.manifest.version)）")
        await PluginCheck(host).run { call.terminal.say("  核验：\($0)") }
        await host.kill()
        let breaking = try compare(declaration, call)
        for fault in host.faults { call.terminal.say("  不符（PROTOCOL.md，\(fault.chapter)）：\(fault.what)") }
        guard host.faults.isEmpty, breaking == 0 else {
            throw CommandProblem.refused("有 \(host.faults.count) 处不符合协议，\(breaking) 处破坏契约。请按上列各条改正后重新核验。")
        }
        call.terminal.say("全部通过。")
    }

    private static func read(_ path: String) throws -> PluginPackage {
        guard let data = FileManager.default.contents(atPath: path) else { throw CommandProblem.refused("文件 \(path) 不存在或不能读取。") }
        return try PluginPackage(Array(data))
    }

    /// Prints the difference to the last release; returns how many changes break others.
    private static func compare(_ declaration: Declaration, _ call: Invocation) throws -> Int {
        let id = declaration.manifest.id
        let shelf = (try? call.dataFolder()).map { PackageShelf(dataFolder: $0) }
        guard let old = try call["against"].map({ try read($0).declaration }) ?? (try? shelf?.entry(id))?.package.declaration else {
            call.terminal.say("  契约：没有以前的版本可比较")
            return 0
        }
        guard old.manifest.id == id else { throw CommandProblem.refused("--against 的插件包属于“\(old.manifest.id)”，不是“\(id)”。") }
        let others =
            (shelf?.entries().good.map(\.package.declaration) ?? [])
            + call.program.installed.compactMap { plugin in
                (try? plugin.blueprint(settings: .object([]), reference: .empty)).map { Declaration($0, settings: plugin.settingsSchema) }
            }
        let before = Contract(plugin: id, version: old.manifest.version, messages: old.messages)
        let after = Contract(plugin: id, version: declaration.manifest.version, messages: declaration.messages)
        let changes = Contract.breakingChanges(from: before, to: after)
        for change in changes {
            let name = change.prefix { !":/ ".contains($0) }
            let consumers = others.filter { other in
                other.manifest.id != id && (other.hears + other.sends + other.asks).contains { $0.description == name }
            }.map(\.manifest.id)
            call.terminal.say("  契约 breaking：\(change)；使用方：\(consumers.isEmpty ? "没有已知的插件（合作方见 partner list）" : consumers.sorted().joined(separator: "、"))")
        }
        for entry in after.messages where !before.messages.contains(where: { $0.name == entry.name }) { call.terminal.say("  契约：新增 \(entry.name)") }
        call.terminal.say("  契约：与 \(old.manifest.version) 相比，\(changes.isEmpty ? "没有破坏性变化" : "有 \(changes.count) 处破坏性变化")")
        return changes.count
    }
}

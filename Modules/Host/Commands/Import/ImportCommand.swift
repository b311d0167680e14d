import Bus
import FoundationEssentials
import Gateway
import Identity
import Messages
import PluginKit
import Store
import Vocabulary

/// `shuniu import`: rows of a file into a plug-in's lists, at the running host or, where none runs, at the opened site.
enum ImportCommand {
    private static let common = [CommandSpec.configs, CommandSpec.data, CommandSpec.site]
    private static let kind = CommandSpec.Option(name: "kind", value: "种类", help: "agencies、enterprises、demands 等，由站点启用的插件决定", isRequired: true)

    static let spec = CommandSpec(
        name: "import", summary: "把文件（NDJSON 或 CSV）逐行导入一个站点；可中断后继续，重复导入不会重复", options: common,
        notes: [
            "每批成为一个事务。有误的行写入 <文件>.rejected，行上方写明行号、列名、值和原因；改好后直接导入该文件。",
            "没有导入完时，进度在 <文件>.progress，再次运行同一命令即接着导入。",
        ], operand: kind, second: .init(name: "file", value: "文件", help: "要导入的文件", isRequired: true, isPath: true)
    ) { call in
        let configuration = try call.configuration()
        let site = try call.site(configuration)
        let kind = call["kind"] ?? "", path = call["file"] ?? ""
        let folder = try call.dataFolder()
        if let shape = try await ask(ControlRequest(batch.name, ["site": [site.id], "kind": [kind]], files: [:]), folder) {
            let columns = try shape.map { try $0.read(Shape.self).columns }.first ?? []
            return try await run(path, kind, columns, call) { one, id in
                let text = String(decoding: try JSON.encode(one), as: UTF8.self)
                let request = ControlRequest(
                    batch.name, ["site": [site.id], "kind": [kind], "batch": ["batch"], "id": [id.description]], files: ["batch": FileText(path: "batch", text: text)])
                guard let reply = try await ask(request, folder)?.first else {
                    throw CommandProblem.refused("主机在导入中途停止。启动后再次运行本命令，即接着导入。")
                }
                return try reply.read(ImportReply.self)
            }
        }
        try await here(site, configuration, call) { open in
            let door = try door(kind, open)
            try await run(path, kind, door.columns.map(Column.init), call) { one, id in try await door.take(open.bus, one, id) }
        }
    }

    /// What `import` says to the host: without a batch it asks for the columns.
    static let batch = CommandSpec(
        name: "import-batch", summary: "收一批行，供 shuniu import 使用",
        options: common + [
            .init(name: "kind", value: "种类", help: "导入的种类", isRequired: true),
            .init(name: "batch", value: "文件", help: "一批行（JSON）", isFile: true), .init(name: "id", value: "编号", help: "批的编号"),
        ], place: .host
    ) { call in
        guard let site = try call.openSite() else { return }
        let door = try door(call["kind"] ?? "", site)
        guard let text = call.files["batch"]?.text else {
            return call.terminal.record(try JSONValue(encoding: Shape(columns: door.columns.map(Column.init))))
        }
        guard let id = call["id"].flatMap({ MessageID($0) }) else { throw CommandProblem.usage("选项 --id 应为批的编号。") }
        call.terminal.record(try JSONValue(encoding: try await door.take(site.bus, try JSON.decode(ImportBatch.self, from: Array(text.utf8)), id)))
    }

    private struct Shape: Codable {
        var columns: [Column]
    }

    private struct Column: Codable {
        var name: String
        var title: String
        var isRequired: Bool

        init(_ column: ImportColumn) {
            (name, title, isRequired) = (column.name, column.title, column.isRequired)
        }
    }

    private static func ask(_ request: ControlRequest, _ folder: String) async throws -> [JSONValue]? {
        guard let answer = try await ControlClient.ask(request, dataFolder: folder) else { return nil }
        if let refusal = answer.refusal { throw refusal }
        return answer.records
    }

    private static func door(_ kind: String, _ site: Site) throws -> ImportDoor {
        let doors = site.face.parts.flatMap(\.blueprint.imports)
        if let door = doors.first(where: { $0.kind == kind }) { return door }
        let known = doors.map { "\($0.kind)（\($0.title)）" }
        throw CommandProblem.refused(
            known.isEmpty
                ? "站点 \(site.card.id) 启用的插件没有可以导入的内容；在自己的进程中运行的插件不能导入，请先在 ownProcess 中去掉。"
                : "站点 \(site.card.id) 不能导入“\(kind)”。可以导入：\(known.joined(separator: "、"))。")
    }

    private static func run(_ path: String, _ kind: String, _ columns: [Column], _ call: Invocation, _ take: ImportRun.Take) async throws {
        let run = ImportRun(
            path: path, known: columns.map { ImportColumn($0.name, $0.title, required: $0.isRequired) }, ids: call.program.ids, terminal: call.terminal)
        let began = ContinuousClock.now
        let totals = try await run.run(take)
        let seconds = max(Double((ContinuousClock.now - began).components.seconds), 1)
        call.terminal.say(
            "共 \(totals.rows) 行：新增 \(totals.added)，更新 \(totals.changed)，相同 \(totals.same)，未收 \(totals.rejected)。每秒约 \(Int(Double(totals.rows) / seconds)) 行。")
        guard totals.rejected > 0 else { return }
        call.terminal.say("未收的行和原因在 \(path).rejected。改好后运行：shuniu import \(kind) \(path).rejected --site \(call["site"] ?? "")")
    }

    /// Opens the site as the host would, for as long as the body runs.
    private static func here(
        _ site: SiteConfiguration, _ configuration: HostConfiguration, _ call: Invocation, _ body: (Site) async throws -> Void
    ) async throws {
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let network = SiteNetwork(log: .silent)
        network.place(configuration.sites.map(\.entry))
        let open = try await Site(
            card: site.card, folder: configuration.folder(of: site.id), settings: site.plugins, installed: call.program.installed, people: site.identity,
            surroundings: Site.Surroundings(
                lanes: lanes, passwords: PasswordWorkers(threads: 1, logN: call.program.passwordCost), clock: call.program.clock, ids: call.program.ids,
                reference: try ReferenceData.loadLocated(), log: .silent, network: network))
        do {
            try open.open()
            try await body(open)
            await open.bus.settle()
        } catch {
            await network.close()
            await open.close()
            throw error
        }
        await network.close()
        await open.close()
    }
}

extension JSONValue {
    fileprivate func read<T: Decodable>(_ type: T.Type) throws -> T { try JSON.decode(type, from: serialized()) }
}

import FoundationEssentials
import Messages
import Testing
import Vocabulary

@testable import Host

/// A temporary folder with `Configs/` and `data/`, and the command line working in it.
final class Workplace: Sendable {
    let folder: String
    var configs: String { folder + "/Configs" }
    var data: String { folder + "/data" }
    static let plugins = [
        KnownPlugin(id: "registry", version: "1.0.0") { settings in
            guard let value = settings["planYears"], value.integer == nil else { return [] }
            return [.init(field: "/planYears", value: nil, message: "应为整数。")]
        },
        KnownPlugin(id: "hotline"),
    ]

    init() {
        folder = FileManager.default.temporaryDirectory.path + "/shuniu-host-\(UInt64.random(in: 0...UInt64.max))"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ path: String, _ text: String) throws {
        let path = folder + "/" + path
        try FileManager.default.createDirectory(
            atPath: String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    func text(_ path: String) -> String {
        String(decoding: FileManager.default.contents(atPath: folder + "/" + path) ?? Data(), as: UTF8.self)
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + path) }

    /// A hub and one city, without faults.
    func fill() throws {
        try write("Configs/host.json5", "{ defaultSite: 'hunan' }")
        try write("Configs/sites/hunan/site.json5", "{ title: '湖南省中小企业公共服务平台', kind: 'hub', region: '430000' }")
        try write("Configs/sites/hunan/plugins/registry.json5", "{}")
        try write(
            "Configs/sites/changsha/site.json5", "{ title: '长沙', kind: 'city', region: '430100', parent: 'hunan' }")
    }

    func read() throws -> HostConfiguration {
        try HostConfiguration.read(configs, plugins: Self.plugins, checkFiles: false)
    }

    /// The problems of the configuration, each as `file:line key：sentence`, paths shortened.
    func problems(checkFiles: Bool = false, plugins: [KnownPlugin] = []) -> [String] {
        var reader = ConfigurationReader(folder: configs, plugins: Self.plugins + plugins)
        if let read = reader.read(.init()), checkFiles { reader.checkFiles(read) }
        return reader.problems.map {
            $0.description.replacing(configs + "/", with: "").replacing(folder + "/", with: "")
        }
    }

    /// Runs a command line; `--configs` is added where the command knows it.
    func run(_ line: String, serve: @escaping @Sendable (HostConfiguration) async throws -> Void = { _ in }) async -> (
        code: Int32, output: String, error: String
    ) {
        let collector = TerminalCollector()
        var program = ShuniuProgram(
            plugins: Self.plugins, clock: TimeSource { Timestamp(milliseconds: 1_767_225_600_000) },
            terminal: collector.terminal, serve: { configuration, _ in try await serve(configuration) })
        program.passwordCost = 4
        program.log = .silent
        var words = line.split(separator: " ").map(String.init)
        for command in ShuniuProgram.commands where line.hasPrefix(command.name) && !line.contains("--help") {
            if command.options.contains(where: { $0.name == "configs" }), !line.contains("--configs") {
                words += ["--configs", configs]
            }
        }
        let code = await program.run(words)
        return (code, collector.output, collector.error)
    }
}

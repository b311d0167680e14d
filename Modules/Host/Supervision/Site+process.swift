import Bus
import Gateway
import Glibc
import Identity
package import Messages
package import PluginKit
import Store
import Vocabulary

extension Site {
    /// A plug-in of the site at the end of a line, and who keeps its process running. Nothing is started yet.
    ///
    /// - Parameter line: that of the process in whose place it comes; calls under way go on over it.
    /// - Throws: a `Refusal` when its declaration contradicts itself.
    static func placed(
        _ blueprint: Blueprint, _ plugin: InstalledPlugin, settings: JSONValue, card: SiteCard, folder: String, files: FileStore,
        secrets: [UInt8], line: PlugLine?, surroundings: Surroundings
    ) throws -> (part: SiteFace.Part, supervisor: PluginSupervisor) {
        let id = blueprint.manifest.id
        let declaration = plugin.package?.declaration ?? Declaration(blueprint, settings: plugin.settingsSchema)
        let line = line ?? PlugLine(name: declaration.manifest.title)
        var shown = try declaration.blueprint(face: LineFace(line: line, files: files))
        // Of a plug-in of this program the host knows the scripts itself; a package brings none.
        if plugin.package == nil { shown.assets = blueprint.assets }
        let remote = RemotePlug(id: id, site: card.id, wiring: shown.wiring, line: line)
        let own = PluginFolder.path(id, in: folder)
        var welcome = Welcome(
            site: card.id, region: card.region?.description, folder: own, settings: settings, reference: surroundings.processes.reference,
            fileLimit: files.limit, neighbours: [])
        welcome.coding = surroundings.processes.coding
        welcome.secretsKey = secrets.hexadecimal
        let supervisor = PluginSupervisor(
            remote: remote, declaration: declaration, welcome: welcome,
            launch: { try surroundings.processes.launch(plugin, folder: $0, secret: $1, socket: $2) },
            crashes: "\(folder)/_crashes", heartbeat: surroundings.processes.heartbeat, mostFaults: surroundings.processes.faults,
            longestWait: surroundings.processes.longestWait,
            hasNetwork: plugin.package?.network ?? false, mostMemory: surroundings.processes.memory, memory: MeasuredMemory(site: folder),
            clock: surroundings.clock, log: surroundings.log)
        return (SiteFace.Part(blueprint: shown, remote: remote), supervisor)
    }

    /// The processes that come without another one of the same plug-in going.
    func newProcesses(besides old: Site?) -> [PluginSupervisor] {
        supervisors.filter { supervisor in !(old?.supervisors.contains { $0.remote.id == supervisor.remote.id } ?? false) }
    }

    /// The processes that come in the place of others, each with that one.
    func successors(of old: Site?) -> [(new: PluginSupervisor, old: PluginSupervisor)] {
        supervisors.compactMap { new in
            old?.supervisors.first { $0.remote.id == new.remote.id && $0 !== new }.map { (new, $0) }
        }
    }

    /// How the processes of its plug-ins are.
    package var processes: [PluginHealth] { supervisors.map(\.health) }

    /// What its processes may use of this site.
    var processSurroundings: PluginSupervisor.Surroundings {
        let identity = identity
        return .init(bus: bus, files: face.files, names: { identity.name(of: $0) }, forget: { [weak self] in try self?.forgetFile($0) })
    }
}

/// Where the files of a plug-in stand: beside the others where it runs in the host, in a folder of its own where it runs in its own process.
enum PluginFolder {
    static func path(_ plugin: String, in site: String) -> String { "\(site)/\(plugin)" }

    /// Puts the plug-in's database where this placement has it; it must not be open.
    ///
    /// - Throws: `CommandProblem` with the system's reason; then everything is where it was.
    static func settle(_ plugin: String, in site: String, own: Bool) throws {
        let folder = path(plugin, in: site)
        if own { try PrivateFile.makeFolder(folder) }
        let (from, to) = own ? (site, folder) : (folder, site)
        let name = "\(plugin).sqlite"
        guard PrivateFile.mode("\(from)/\(name)") != nil else { return }
        guard PrivateFile.mode("\(to)/\(name)") == nil else {
            throw CommandProblem.refused("插件“\(plugin)”的数据在 \(from) 和 \(to) 各有一份，不能判断以哪份为准，未启动。请核对后移走其中一份。")
        }
        // The write-ahead log first: a database without it would lose its last commits, a log without a database loses nothing.
        for suffix in ["-wal", "-shm", ".lock", ""] where PrivateFile.mode("\(from)/\(name)\(suffix)") != nil {
            guard rename("\(from)/\(name)\(suffix)", "\(to)/\(name)\(suffix)") == 0 else {
                throw CommandProblem.system("不能移动 \(from)/\(name)\(suffix)", errno)
            }
        }
    }
}

/// How processes are started on this host.
public struct PluginProcesses: Sendable {
    /// This program; it also runs its own plug-ins as processes.
    public var executable: String
    /// The reference tables.
    public var reference: String?
    /// Most bytes of memory of one process.
    public var memory: UInt64 = 1 << 30
    /// How long a heartbeat may go unanswered.
    public var heartbeat: Duration = .seconds(15)
    /// Faults within a minute until quarantine.
    public var faults = 5
    /// Before a process that ended is started again, at most.
    public var longestWait: Duration = .seconds(30)

    /// What is spoken with processes that know it; JSON with the others.
    package var coding: MessageCoding? = .packed

    public init(executable: String, reference: String? = nil) {
        self.executable = executable
        self.reference = reference
    }

    /// As this program runs now.
    public static var ofThisProgram: PluginProcesses {
        PluginProcesses(executable: realPath("/proc/self/exe") ?? "/proc/self/exe", reference: ReferenceData.locate())
    }

    private static func realPath(_ path: String) -> String? {
        guard let text = realpath(path, nil) else { return nil }
        defer { free(text) }
        return String(cString: text)
    }

    /// In tests: what stands in a process's place, from the plug-in, its secret and its end of the socket.
    package var inside: (@Sendable (InstalledPlugin, String, Int32) -> any PluginChild)?

    func launch(_ plugin: InstalledPlugin, folder: String, secret: String, socket: Int32) throws -> any PluginChild {
        if let inside { return inside(plugin, secret, socket) }
        var spec = try spec(plugin, folder: folder)
        spec.environment["SHUNIU_SECRET"] = secret
        return try ChildProcess.start(spec, socket: socket)
    }

    func spec(_ plugin: InstalledPlugin, folder: String) throws -> ChildProcess.Spec {
        let package = plugin.package
        let confinement = Confinement(
            folder: folder, code: [executable, package?.folder, reference].compactMap { $0 } + Confinement.libraryFolders,
            network: package?.network ?? false, memory: memory)
        var environment = [
            "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder, "TMPDIR": folder, "TZ": "UTC",
            "SHUNIU_CONFINEMENT": String(decoding: try JSON.encode(confinement), as: UTF8.self),
        ]
        for name in ["LD_LIBRARY_PATH", "LLVM_PROFILE_FILE"] {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        let program = package.map { ["--exec", $0.executable] } ?? ["--plugin", plugin.manifest.id]
        return ChildProcess.Spec(executable: executable, arguments: ["run-plugin"] + program, environment: environment)
    }
}

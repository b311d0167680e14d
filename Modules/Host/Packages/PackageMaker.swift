import Bus
import Crypto
import FoundationEssentials
import Glibc
import Messages
import PluginKit
import Vocabulary

/// Makes a package from a folder.
enum PackageMaker {
    /// - Parameter programs: architecture to program, as in `PluginPackage.Manifest`; the one for this machine says what the plug-in is.
    /// - Throws: a `Refusal` or `CommandProblem` with what keeps the folder from being a plug-in.
    static func pack(folder: String, programs: [String: String], network: Bool, key: String?) async throws -> (
        manifest: PluginPackage.Manifest, bytes: [UInt8], count: Int
    ) {
        for (architecture, path) in programs.sorted(by: { $0.key < $1.key }) {
            if let machine = ELFHead(path: "\(folder)/\(path)")?.machine, machine != architecture {
                throw CommandProblem.refused("程序 \(path) 是为 \(machine) 编译的，不能列为 \(architecture)。请写 --program \(machine)=\(path)，或换成相应的程序。")
            }
        }
        guard let program = programs[here] ?? programs["any"] else {
            throw CommandProblem.refused(
                "没有本机（\(here)）可以运行的程序，无法得出登记表；给出的是 \(programs.keys.sorted().joined(separator: "、"))。请加上 \(here) 的程序，或在其他机器上打包。")
        }
        let declaration = try await declare("\(folder)/\(program)")
        let parsed: Declaration
        do { parsed = try JSON.decode(Declaration.self, from: declaration) } catch {
            throw CommandProblem.refused("程序 \(program) 以 --declare 运行时输出的不是登记表（\(error)）。请对照 Modules/Bus/PROTOCOL.md 的“Declaration”一节。")
        }
        let manifest = PluginPackage.Manifest(
            format: 1, id: parsed.manifest.id, version: parsed.manifest.version, programs: programs,
            network: network ? true : nil)
        var files = try collect(folder)
        files.append(.init(path: PluginPackage.manifestName, content: try JSONValue(encoding: manifest).indentedBytes, isExecutable: false))
        files.append(.init(path: PluginPackage.declarationName, content: try JSONValue(parsing: declaration).indentedBytes, isExecutable: false))
        let signing = try key.map { path -> SigningKey in
            guard let text = PrivateFile.text(path) else { throw CommandProblem.refused("私钥文件 \(path) 不能读取。") }
            return try SigningKey(pem: Array(text.utf8))
        }
        let bytes = try PluginPackage.pack(files, key: signing)
        // What would be refused later is refused now.
        _ = try PluginPackage(bytes)
        return (manifest, bytes, files.count)
    }

    static let here = PluginPackage.architecture

    /// Reads what was given as `--program`: `x86_64=bin/hello`, or a path alone for one architecture.
    static func programs(_ words: [String], architecture: String?) throws -> [String: String] {
        var programs: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            let (name, path) = parts.count == 2 ? (parts[0], parts[1]) : (architecture ?? here, word)
            guard programs.updateValue(path, forKey: name) == nil else {
                throw CommandProblem.refused("处理器架构 \(name) 有两个程序：\(words.joined(separator: "、"))。每种架构写一个，例如 --program x86_64=bin/hello-x86 --program aarch64=bin/hello-arm。")
            }
        }
        return programs
    }

    /// The head of a compiled program (ELF-64, little-endian).
    private struct ELFHead {
        /// `x86_64`, `aarch64`, or a number of `e_machine` that packages do not know.
        var machine: String

        /// `nil`: a script, or nothing at all.
        init?(path: String) {
            guard let file = fopen(path, "re") else { return nil }
            defer { fclose(file) }
            var head = [UInt8](repeating: 0, count: 20)
            guard fread(&head, 1, head.count, file) == head.count, head.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return nil }
            let number = Int(head[18]) | Int(head[19]) << 8
            machine = switch number {
            case 62: "x86_64"
            case 183: "aarch64"
            default: "e_machine-\(number)"
            }
        }
    }

    /// What the program says of itself.
    static func declare(_ program: String) async throws -> [UInt8] {
        guard FileManager.default.isExecutableFile(atPath: program) else { throw CommandProblem.refused("程序 \(program) 不存在或没有可执行权限。") }
        guard let full = realpath(program, nil) else { throw CommandProblem.system("不能找到 \(program)", errno) }
        defer { free(full) }
        return try ChildProcess.output(
            .init(executable: String(cString: full), arguments: ["--declare"], environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"]),
            within: .seconds(20))
    }

    private static func collect(_ folder: String) throws -> [TarArchive.File] {
        guard let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else { throw CommandProblem.refused("目录 \(folder) 不存在或不能读取。") }
        var files: [TarArchive.File] = []
        for name in names.sorted() where ![PluginPackage.manifestName, PluginPackage.declarationName, PluginPackage.signatureName].contains(name) {
            if name.split(separator: "/").contains(where: { $0.hasPrefix(".") || $0 == "__pycache__" }) { continue }
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            guard let data = FileManager.default.contents(atPath: path) else { throw CommandProblem.refused("文件 \(path) 不能读取。") }
            files.append(.init(path: name, content: Array(data), isExecutable: status.st_mode & 0o100 != 0))
        }
        return files
    }
}

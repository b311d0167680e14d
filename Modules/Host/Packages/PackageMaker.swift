import Bus
import Crypto
import FoundationEssentials
import Glibc
import Messages
import PluginKit
import Vocabulary

/// Makes a package from a folder.
enum PackageMaker {
    /// - Throws: a `Refusal` or `CommandProblem` with what keeps the folder from being a plug-in.
    static func pack(folder: String, program: String, architecture: String?, network: Bool, key: String?) async throws -> (
        manifest: PluginPackage.Manifest, bytes: [UInt8], count: Int
    ) {
        let declaration = try await declare("\(folder)/\(program)")
        let parsed: Declaration
        do { parsed = try JSON.decode(Declaration.self, from: declaration) } catch {
            throw CommandProblem.refused("程序 \(program) 以 --declare 运行时输出的不是登记表（\(error)）。请对照 Modules/Bus/PROTOCOL.md 的“Declaration”一节。")
        }
        let manifest = PluginPackage.Manifest(
            format: 1, id: parsed.manifest.id, version: parsed.manifest.version, programs: [architecture ?? here: program],
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

    private static var here: String {
        #if arch(arm64)
            "aarch64"
        #else
            "x86_64"
        #endif
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

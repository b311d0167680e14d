import Crypto
import Messages
import PluginKit
import Vocabulary

/// A plug-in in one file: a tar with `package.json`, `declaration.json`, its code and `signature.json`.
///
/// The signature is over the list of all other files, in the form of `sha256sum`: one line of digest, two spaces and path for each, sorted
/// by path. So `tar`, `sha256sum` and `openssl dgst -sha256 -verify` check a package without this program.
struct PluginPackage: Sendable {
    /// `package.json`
    struct Manifest: Codable, Sendable, Hashable {
        /// 1
        var format: Int
        var id: String
        var version: String
        /// Architecture to program, a path in the package: `x86_64`, `aarch64`, or `any` for a script.
        var programs: [String: String]
        /// It asks for the network; the operator decides.
        var network: Bool?
    }

    /// `signature.json`
    struct Signature: Codable, Sendable, Hashable {
        /// SHA-256 of the public key's PEM text, hexadecimal; tells which of the trusted keys it was.
        var key: String
        /// ECDSA P-256 over SHA-256, DER, Base64.
        var signature: String
    }

    static let manifestName = "package.json", declarationName = "declaration.json", signatureName = "signature.json"

    var manifest: Manifest
    var declaration: Declaration
    var signature: Signature?
    var files: [TarArchive.File]

    /// Reads a package; says nothing about whose it is.
    ///
    /// - Throws: a `Refusal` with everything that is wrong.
    init(_ bytes: [UInt8]) throws {
        let files: [TarArchive.File]
        do { files = try TarArchive.read(bytes) } catch { throw Refusal.package([.init(field: "/", message: "不是可用的插件包（\(error)）。请重新下载或重新打包。")]) }
        func content(_ name: String) -> [UInt8]? { files.first { $0.path == name }?.content }
        func decoded<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
            guard let bytes = content(name) else { throw Refusal.package([.init(field: name, message: "包内没有 \(name)。请用 shuniu plugin pack 打包。")]) }
            do { return try JSON.decode(type, from: bytes) } catch {
                throw Refusal.package([.init(field: name, message: "\(name) 不合格式（\(error)）。请用 shuniu plugin pack 重新打包。")])
            }
        }
        self.files = files
        manifest = try decoded(Manifest.self, Self.manifestName)
        declaration = try decoded(Declaration.self, Self.declarationName)
        signature = content(Self.signatureName) == nil ? nil : try decoded(Signature.self, Self.signatureName)
        let faults = faults
        guard faults.isEmpty else { throw Refusal.package(faults) }
    }

    private var faults: [Refusal.Fault] {
        var faults: [Refusal.Fault] = []
        func check(_ isGood: Bool, _ field: String, _ message: String) { if !isGood { faults.append(.init(field: field, message: message)) } }
        check(manifest.format == 1, "format", "包格式 \(manifest.format) 不受支持，本程序支持格式 1。")
        check(PluginID.problem(manifest.id) == nil, "id", "插件标识“\(manifest.id.prefix(40))”不可用：\(PluginID.problem(manifest.id) ?? "")")
        check(
            manifest.id == declaration.manifest.id && manifest.version == declaration.manifest.version, "declaration.json",
            "登记表属于 \(declaration.manifest.id) \(declaration.manifest.version)，与包 \(manifest.id) \(manifest.version) 不一致。")
        check(SemanticVersion(manifest.version) != nil, "version", "版本“\(manifest.version.prefix(40))”应写成 1.2.3。")
        check(!manifest.programs.isEmpty, "programs", "没有列出程序。")
        for (architecture, path) in manifest.programs.sorted(by: { $0.key < $1.key }) {
            check(["x86_64", "aarch64", "any"].contains(architecture), "programs", "不认识的处理器架构“\(architecture)”，应为 x86_64、aarch64 或 any。")
            check(files.contains { $0.path == path && $0.isExecutable }, "programs", "程序 \(path) 不在包内，或没有可执行权限。")
        }
        return faults
    }

    /// What this machine is called in `programs`.
    static var architecture: String {
        #if arch(arm64)
            "aarch64"
        #else
            "x86_64"
        #endif
    }

    /// The path of the program for this machine.
    var program: String? { manifest.programs[Self.architecture] ?? manifest.programs["any"] }

    // MARK: - Signatures

    /// What is signed.
    static func listing(_ files: [TarArchive.File]) -> [UInt8] {
        let lines = files.filter { $0.path != signatureName }.sorted { $0.path < $1.path }.map { file in
            "\(Digest.sha256.of(file.content).hexadecimal)  \(file.path)\n"
        }
        return Array(lines.joined().utf8)
    }

    /// Which of the keys signed it; `nil`: none of them.
    func signer(among keys: [TrustedKey]) -> TrustedKey? {
        guard let signature, let bytes = Base64.decodePadded(signature.signature) else { return nil }
        return keys.first { $0.fingerprint == signature.key && $0.key.isValid(bytes, of: Self.listing(files)) }
    }

    /// The package as one file, signed where there is a key.
    static func pack(_ files: [TarArchive.File], key: SigningKey?) throws -> [UInt8] {
        var all = files.filter { $0.path != signatureName }.sorted { $0.path < $1.path }
        if let key {
            let signature = Signature(
                key: TrustedKey.fingerprint(key.verifyingKey), signature: Base64.encodePadded(try key.sign(listing(all))))
            all.append(.init(path: signatureName, content: try JSONValue(encoding: signature).indentedBytes, isExecutable: false))
        }
        return try TarArchive.write(all)
    }
}

/// A public key whose packages the operator lets in.
struct TrustedKey: Sendable {
    /// The file's name.
    var name: String
    var key: VerifyingKey
    var fingerprint: String { Self.fingerprint(key) }

    static func fingerprint(_ key: VerifyingKey) -> String { Digest.sha256.of(key.pem).hexadecimal }
}

/// `1.2.3`, compared by numbers.
struct SemanticVersion: Comparable, Sendable {
    private let parts: [Int]

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { part in part.utf8.count <= 6 ? Int(part) : nil }
        guard parts.count == 3, parts.allSatisfy({ ($0 ?? -1) >= 0 }) else { return nil }
        self.parts = parts.compactMap { $0 }
    }

    static func < (left: SemanticVersion, right: SemanticVersion) -> Bool { left.parts.lexicographicallyPrecedes(right.parts) }
}

/// What a plug-in may be called.
enum PluginID {
    /// Chinese; `nil` for a good one.
    static func problem(_ id: String) -> String? {
        let isWellFormed = (2...40).contains(id.utf8.count) && id.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        guard isWellFormed, id.utf8.first.map({ (97...122).contains($0) }) ?? false else { return "须为 2 至 40 位小写字母、数字或连字符，以字母开头。" }
        return nil
    }
}

extension JSONValue {
    var indentedBytes: [UInt8] { Array((indented() + "\n").utf8) }
}

extension Refusal {
    static func package(_ faults: [Fault]) -> Refusal {
        Refusal(
            "host.package", status: 422, message: "插件包有 \(faults.count) 处问题，未安装。请按下列各条更正。", log: "plug-in package refused", faults: faults)
    }
}

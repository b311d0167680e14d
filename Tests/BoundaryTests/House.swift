import Foundation

/// The targets of a package and what their files import, read from the manifest and the sources.
struct House {
    struct Target {
        let name: String
        let folder: String
        let type: String
        let dependencies: Set<String>
        /// File (relative to the package) and imported module, in order.
        var imports: [(file: String, module: String)] = []
        /// Files that start programs by Foundation's `Process`.
        var starters: Set<String> = []
        /// Modules that come along with this one (`@_exported import`).
        var exports: Set<String> = []
    }

    let targets: [Target]
    let packageDependencies: Int

    /// What comes with the toolchain and may be imported anywhere.
    static let toolchain: Set<String> = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Musl", "Synchronization", "Testing", "Swift", "_Concurrency",
        "PackageDescription",
    ]

    /// - Parameters:
    ///   - manifest: what `swift package dump-package` prints.
    ///   - root: the package's folder.
    init(manifest: Data, root: URL) throws {
        let tree = try JSONSerialization.jsonObject(with: manifest) as? [String: Any] ?? [:]
        packageDependencies = (tree["dependencies"] as? [Any])?.count ?? 0
        let folders = (tree["targets"] as? [[String: Any]] ?? []).compactMap { $0["path"] as? String }
        targets = (tree["targets"] as? [[String: Any]] ?? []).map { entry in
            let dependencies = (entry["dependencies"] as? [[String: Any]] ?? []).compactMap { dependency in
                dependency.values.compactMap { ($0 as? [Any])?.first as? String }.first
            }
            var target = Target(
                name: entry["name"] as? String ?? "", folder: entry["path"] as? String ?? "", type: entry["type"] as? String ?? "",
                dependencies: Set(dependencies))
            // A target's folder may hold another target's; each file belongs to the innermost.
            let inner = folders.filter { $0.hasPrefix(target.folder + "/") }
            for (file, line) in Self.lines(of: target, root: root) where !inner.contains(where: { file.hasPrefix($0 + "/") }) {
                if line.hasSuffix("= Process()") { target.starters.insert(file) }
                guard let module = Self.importedModule(line) else { continue }
                target.imports.append((file, module))
                if line.contains("@_exported") { target.exports.insert(module) }
            }
            return target
        }
    }

    private static func lines(of target: Target, root: URL) -> [(file: String, line: Substring)] {
        let folder = root.appendingPathComponent(target.folder)
        let files = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".swift") && !$0.contains("Fixtures/") }.sorted().flatMap { file in
            let text = (try? String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)) ?? ""
            return text.split(separator: "\n").map { ("\(target.folder)/\(file)", $0) }
        }
    }

    /// The module of an import line, whatever stands before `import`.
    static func importedModule(_ line: Substring) -> String? {
        let words = line.split { $0 == " " || $0 == "\t" }
        guard let index = words.firstIndex(of: "import"), index + 1 < words.count else { return nil }
        let before = words[..<index]
        let modifiers: Set<Substring> = ["public", "package", "internal", "fileprivate", "private", "@testable", "@_exported", "@preconcurrency"]
        guard before.allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@_spi") }) else { return nil }
        let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
        let rest = words[(index + 1)...].drop { kinds.contains($0) }
        return rest.first.map { String($0.prefix { $0 != "." }) }
    }

    /// Every broken rule, one sentence each, sorted.
    func violations() -> [String] {
        var found: [String] = []
        if packageDependencies > 0 { found.append("the package depends on \(packageDependencies) other packages; the rule is none") }
        let exports = Dictionary(targets.map { ($0.name, $0.exports) }) { first, _ in first }
        for target in targets {
            let known = target.dependencies.union(target.dependencies.flatMap { exports[$0] ?? [] })
            for dependency in target.dependencies.sorted() {
                if let rule = brokenRule(target, dependency) { found.append("\(target.name) depends on \(dependency): \(rule)") }
            }
            for (file, module) in target.imports where !Self.toolchain.contains(module) && module != target.name {
                if !known.contains(module) { found.append("\(file) imports \(module), which \(target.name) does not declare") }
            }
        }
        // Its `run` reads beyond a page once some 1,300 files are open, and ends all tests with it.
        for target in targets where target.name.hasSuffix("Tests") || target.name == "TestKit" {
            for file in target.starters { found.append("\(file) starts a program by Foundation's Process: TestProgram.run does it safely") }
        }
        return Array(Set(found)).sorted()
    }

    /// Arrows point down only: program → plug-ins → kit → core, and between plug-ins only through contracts.
    private func brokenRule(_ target: Target, _ dependency: String) -> String? {
        let isPluginSource = dependency.hasSuffix("Plugin")
        if target.folder.hasPrefix("Modules/") {
            if isPluginSource || dependency.hasSuffix("Contracts") { return "a module names no plug-in" }
            return nil
        }
        if target.folder.hasSuffix("/Contracts") {
            return ["Messages", "Vocabulary"].contains(dependency) ? nil : "contracts use Messages and Vocabulary only"
        }
        if target.folder.hasSuffix("/Sources") {
            if isPluginSource { return "plug-ins speak through contracts only" }
            return dependency == "PluginKit" || dependency.hasSuffix("Contracts") ? nil : "a plug-in uses PluginKit and contracts only"
        }
        if target.folder.hasPrefix("Plugins/"), isPluginSource {
            return dependency == String(target.name.dropLast("Tests".count)) ? nil : "a plug-in's tests use no other plug-in's sources"
        }
        return nil
    }
}

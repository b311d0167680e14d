#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ReferenceData {
    /// The folder with the reference data: `$SHUNIU_CONFIGS/reference`, then `Configs/reference` in the working directory or
    /// one above it, then in a folder above the executable (a build folder) or in `share/shuniu` beside its `bin`.
    /// `nil` when there is none; a set `SHUNIU_CONFIGS` is the only place looked at.
    public static func locate() -> String? {
        if let configs = getenv("SHUNIU_CONFIGS") {
            let folder = String(cString: configs) + "/reference"
            return hasTables(folder) ? folder : nil
        }
        var starts: [String] = []
        if let working = getcwd(nil, 0) {
            starts.append(String(cString: working))
            free(working)
        }
        if let executable = executablePath() { starts.append(parent(of: executable)) }
        for start in starts {
            var folder = start
            for _ in 0..<8 {
                for candidate in ["\(folder)/Configs/reference", "\(folder)/share/shuniu/Configs/reference"]
                where hasTables(candidate) {
                    return candidate
                }
                if folder.isEmpty { break }
                folder = parent(of: folder)
            }
        }
        return nil
    }

    /// Loads what `locate()` finds.
    public static func loadLocated() throws(LoadingFailure) -> ReferenceData {
        guard let folder = locate() else {
            let looked = getenv("SHUNIU_CONFIGS").map { String(cString: $0) + "/reference" } ?? "Configs/reference"
            throw LoadingFailure(
                folder: looked,
                problems: [.init(file: RegionTable.nationalFile, line: 0, rule: "was not found in any known place")])
        }
        return try load(from: folder)
    }

    private static func hasTables(_ folder: String) -> Bool {
        access("\(folder)/\(RegionTable.nationalFile)", R_OK) == 0
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    private static func executablePath() -> String? {
        #if os(Linux)
            var buffer = [CChar](repeating: 0, count: 4096)
            let length = readlink("/proc/self/exe", &buffer, buffer.count - 1)
            guard length > 0 else { return nil }
            return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        #else
            return CommandLine.arguments.first
        #endif
    }
}

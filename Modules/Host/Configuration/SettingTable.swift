import Messages

/// The keys of one kind of file, in the order of its example.
struct SettingTable: Sendable {
    /// What the file is for, as comment lines on top of the example.
    var title: [String]
    var keys: [SettingKey]

    /// Every problem of the file: by JSON Pointer, the dotted key and a sentence.
    func problems(in root: JSONValue) -> [(pointer: String, key: String, message: String)] {
        guard root.object != nil else { return [("", "", "文件内容应为一个对象 { … }，请参照示例文件修改。")] }
        var problems: [(String, String, String)] = []
        unknown(root, prefix: "", pointer: "", &problems)
        for key in keys {
            let pointer = "/" + key.name.replacing(".", with: "/")
            switch (Self.find(key.name, in: root), key.fallback) {
            case (let value?, _):
                if let message = key.problem(value) { problems.append((pointer, key.name, message)) }
            case (nil, nil): problems.append((pointer, key.name, "缺少必填项，应为\(key.rule)。\(key.note)"))
            case (nil, .some): break
            }
        }
        return problems
    }

    /// Members that no key names, each with the nearest that exists at its place.
    private func unknown(
        _ value: JSONValue, prefix: String, pointer: String, _ problems: inout [(String, String, String)]
    ) {
        let known = Set(
            keys.compactMap { key -> String? in
                guard key.name.hasPrefix(prefix) else { return nil }
                return key.name.dropFirst(prefix.count).split(separator: ".").first.map(String.init)
            })
        for member in value.object ?? [] {
            let name = prefix + member.key
            let place = pointer + "/" + member.key.replacing("~", with: "~0").replacing("/", with: "~1")
            if !known.contains(member.key) {
                let elsewhere = keys.first { $0.name.hasSuffix("." + member.key) }?.name
                let hint =
                    Nearest.name(to: member.key, among: known.sorted()).map { "是否想写“\(prefix)\($0)”？" }
                    ?? elsewhere.map { "是否想写“\($0)”？" } ?? "此处可用的键：\(known.sorted().joined(separator: "、"))。"
                problems.append((place, name, "没有这个键，\(hint)请改正或删除。"))
            } else if keys.contains(where: { $0.name.hasPrefix(name + ".") }) {
                if member.value.object == nil {
                    problems.append((place, name, "应为一个对象 { … }，现为 \(SettingKey.shown(member.value))，请改正。"))
                } else {
                    unknown(member.value, prefix: name + ".", pointer: place, &problems)
                }
            }
        }
    }

    static func find(_ name: String, in root: JSONValue) -> JSONValue? {
        name.split(separator: ".").reduce(Optional(root)) { value, part in value?[String(part)] }
    }

    /// The values of a file without problems, defaults filled in.
    func settings(_ root: JSONValue) -> Settings {
        var values: [String: JSONValue] = [:]
        for key in keys { values[key.name] = Self.find(key.name, in: root) ?? key.fallback ?? .null }
        return Settings(values: values)
    }

    /// The commented file: every key with its meaning, rule and default; with the given values, and samples where asked for.
    func example(_ values: [String: JSONValue] = [:], samples: Bool = true) -> String {
        var lines = title.map { "// \($0)" } + ["{"]
        var open: [String] = []
        for key in keys {
            let path = key.name.split(separator: ".").map(String.init)
            while open.count > path.count - 1 || open != Array(path.prefix(open.count)) {
                open.removeLast()
                lines.append(indent(open.count) + "},")
            }
            for part in path.dropLast().dropFirst(open.count) {
                lines.append(indent(open.count) + "\(part): {")
                open.append(part)
            }
            let margin = indent(open.count)
            for line in key.note.split(separator: "\n") { lines.append("\(margin)// \(line)") }
            lines.append("\(margin)// 取值：\(key.rule)；\(Self.fallbackNote(key.fallback))")
            let shown = values[key.name] ?? (samples ? key.sample : nil) ?? key.fallback ?? .null
            lines.append(
                "\(margin)\(shown == .null ? "// " : "")\(path[path.count - 1]): \(String(decoding: shown.serialized(), as: UTF8.self)),"
            )
        }
        while !open.isEmpty {
            open.removeLast()
            lines.append(indent(open.count) + "},")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private static func fallbackNote(_ fallback: JSONValue?) -> String {
        switch fallback {
        case nil: "必填。"
        case .null?: "可不填。"
        case let value?: "缺省 \(String(decoding: value.serialized(), as: UTF8.self))。"
        }
    }

    private func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth + 1) }
}

/// Checked values by dotted key.
struct Settings {
    var values: [String: JSONValue]

    func text(_ key: String) -> String? { values[key]?.string }
    func text(_ key: String, or other: String) -> String { text(key) ?? other }
    func integer(_ key: String, or other: Int) -> Int { values[key]?.integer.flatMap { Int(exactly: $0) } ?? other }
    func integer(_ key: String) -> Int? { values[key]?.integer.flatMap { Int(exactly: $0) } }
    func texts(_ key: String) -> [String]? { values[key]?.array?.compactMap(\.string) }
}

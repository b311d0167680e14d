import Messages
import Network
import Pages

/// One key of a configuration file: what it means, what it may hold, what it is when it is missing.
///
/// The tables of keys are the only place where this stands: reading, checking, the commented example files and their tests all use them.
struct SettingKey: Sendable {
    enum Kind: Sendable {
        /// Characters, at most so many.
        case text(Int)
        /// A path; relative ones begin at the folder of the file.
        case path
        case integer(ClosedRange<Int>)
        case choice([String])
        /// An IP address as a number.
        case address
        /// `https://` and a host name, with a port where it is not 443.
        case origin
        /// Six digits, GB/T 2260.
        case region
        /// `#rrggbb`
        case colour
        /// Digits, as dialled.
        case phone
        case site
        /// `true` or `false`
        case flag
        /// At most so many texts of at most 200 characters.
        case texts(Int)
        /// At most so many origins, `https://host[:port]`.
        case origins(Int)
        /// At most so many objects `{ hosts, certificate, key, ocsp }`.
        case certificates(Int)
        /// At most so many addresses or ranges of addresses.
        case ranges(Int)
    }

    /// With dots for nesting: `limits.headBytes`.
    var name: String
    var kind: Kind
    /// `nil`: must be given; `.null`: may be left out and is then nothing.
    var fallback: JSONValue?
    /// What the example file shows where it is not the default.
    var sample: JSONValue?
    /// Chinese: what it does, when to change it.
    var note: String
    /// The unit shown after the range.
    var unit: String

    init(
        _ name: String, _ kind: Kind, default fallback: JSONValue?, sample: JSONValue? = nil, unit: String = "",
        _ note: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.sample = sample
        self.unit = unit
        self.note = note
    }

    /// The rule that the value breaks, as a Chinese sentence; `nil` when it is good.
    func problem(_ value: JSONValue) -> String? {
        if value == .null, fallback == .null { return nil }
        guard isGood(value) else { return "应为\(rule)，现为 \(Self.shown(value))，请改正。" }
        if case .colour = kind, let colour = value.string.flatMap({ Colour($0) }) {
            let ratio = contrast(colour, .white)
            guard ratio >= 4.5 else {
                let shown = "\(Int(ratio)).\(Int(ratio * 10) % 10)"
                return "颜色 \(colour) 与白色的对比度为 \(shown):1，低于 4.5:1（WCAG 2.2 第 1.4.3 条），文字不易辨认，请改用更深的颜色。"
            }
        }
        return nil
    }

    /// What may stand here, for messages and for the example file.
    var rule: String {
        switch kind {
        case .text(let most): "1…\(most) 个字的文本"
        case .path: "文件路径（文本）"
        case .integer(let range): "\(range.lowerBound)…\(range.upperBound) 的整数\(unit.isEmpty ? "" : "（\(unit)）")"
        case .choice(let values): "\(values.map { "\"\($0)\"" }.joined(separator: "、")) 之一"
        case .address: "IPv4 或 IPv6 地址，如 \"0.0.0.0\"、\"::\""
        case .origin: "https:// 加域名（可加端口，不加路径），如 \"https://fw.example.cn\""
        case .region: "六位区划代码（GB/T 2260），如 \"430100\""
        case .colour: "颜色 \"#rrggbb\"，如 \"#1d4f91\""
        case .phone: "3…20 位数字的电话号码"
        case .site: "站点标识：\(SiteID.rule)"
        case .origins(let most): "来源列表（至多 \(most) 个，写作 https://主机名，可带端口，末尾不带斜杠）"
        case .flag: "true 或 false"
        case .texts(let most): "文本列表（至多 \(most) 条，每条 1…200 个字）"
        case .ranges(let most): "地址或网段列表（至多 \(most) 项），如 \"10.0.0.0/24\"、\"2001:db8::/32\""
        case .certificates(let most): "对象列表（至多 \(most) 项），每项须有 certificate 与 key，可有 hosts（域名列表）与 ocsp"
        }
    }

    private func isGood(_ value: JSONValue) -> Bool {
        switch kind {
        case .integer(let range): value.integer.flatMap { Int(exactly: $0) }.map(range.contains) ?? false
        case .flag: value.bool != nil
        case .texts(let most):
            value.array.map { list in list.count <= most && list.allSatisfy { Self.isText($0.string, 200) } } ?? false
        case .origins(let most):
            value.array.map { list in list.count <= most && list.allSatisfy { $0.string.map(Self.isOrigin) ?? false } } ?? false
        case .ranges(let most): value.array.map { $0.count <= most && $0.allSatisfy { $0.string.flatMap { NetworkRange($0) } != nil } } ?? false
        case .certificates(let most): value.array.map { $0.count <= most && $0.allSatisfy(Self.isCertificate) } ?? false
        default: value.string.map(isGood) ?? false
        }
    }

    private func isGood(_ text: String) -> Bool {
        let bytes = text.utf8
        func digits(_ count: ClosedRange<Int>) -> Bool {
            count.contains(bytes.count) && bytes.allSatisfy { (48...57).contains($0) }
        }
        return switch kind {
        case .text(let most): Self.isText(text, most)
        case .path: Self.isText(text, 1000)
        case .choice(let values): values.contains(text)
        case .address: IPAddress.isGood(text)
        case .origin: Self.isOrigin(text)
        case .region: digits(6...6) && bytes.first != 48 && bytes.first != 57
        case .colour: bytes.count == 7 && bytes.first == 35 && text.dropFirst().allSatisfy(\.isHexDigit)
        case .phone: digits(3...20)
        case .site: SiteID.problem(text) == nil
        case .integer, .flag, .texts, .origins, .certificates, .ranges: false
        }
    }

    /// As browsers write it in `Origin`: lower case, no path, no default port.
    private static func isOrigin(_ text: String) -> Bool {
        guard text.hasPrefix("https://"), text.utf8.count <= 200, !text.hasSuffix(":443") else { return false }
        let parts = text.dropFirst(8).split(separator: ":", omittingEmptySubsequences: false)
        guard let host = parts.first, !host.isEmpty, parts.count <= 2, host.first != ".", host.last != ".",
            host.utf8.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 })
        else { return false }
        return parts.count == 1 || Int(parts[1]).map { (1...65_535).contains($0) && String($0) == parts[1] } ?? false
    }

    private static func isCertificate(_ value: JSONValue) -> Bool {
        guard let members = value.object, members.allSatisfy({ ["hosts", "certificate", "key", "ocsp"].contains($0.key) }) else { return false }
        let hosts = value["hosts"].map { list in list.array.map { $0.count <= 50 && $0.allSatisfy { isHost($0.string) } } ?? false } ?? true
        return hosts && isText(value["certificate"]?.string, 1000) && isText(value["key"]?.string, 1000)
            && (value["ocsp"].map { isText($0.string, 1000) } ?? true)
    }

    private static func isHost(_ text: String?) -> Bool {
        guard let text, (1...253).contains(text.utf8.count) else { return false }
        let name = text.hasPrefix("*.") ? text.dropFirst(2) : text[...]
        return !name.isEmpty && name.utf8.allSatisfy { (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46 }
    }

    private static func isText(_ text: String?, _ most: Int) -> Bool {
        guard let text else { return false }
        return (1...most).contains(text.count) && !text.allSatisfy(\.isWhitespace)
            && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    static func shown(_ value: JSONValue) -> String {
        let text = String(decoding: value.serialized(), as: UTF8.self)
        return text.count > 60 ? text.prefix(60) + "…" : text
    }
}

/// The identifier of a site: its folder, and the first part of its addresses.
public enum SiteID {
    static let rule = "2…40 位小写字母、数字、连字符，以字母开头，不以连字符结尾"

    /// Names that addresses of the host use themselves.
    public static let reserved: Set<String> = [
        "api", "assets", "admin", "backup", "console", "files", "health", "help", "host", "login", "logout", "metrics",
        "openapi", "password",
        "ready", "search", "shared", "static", "status", "system", "trunk", "well-known", "www",
    ]

    /// The rule that the text breaks, as a Chinese sentence; `nil` when it is a good identifier.
    public static func problem(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard (2...40).contains(bytes.count), let first = bytes.first, (97...122).contains(first), bytes.last != 45,
            bytes.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 })
        else { return "站点标识“\(text.prefix(60))”不合规：须为\(rule)，请改名。" }
        guard !reserved.contains(text) else { return "站点标识“\(text)”是系统保留字，请改用其他名称，例如“\(text)-site”。" }
        return nil
    }
}

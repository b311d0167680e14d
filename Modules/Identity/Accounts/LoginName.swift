/// What a person types to sign in: 3…40 small letters, digits, `.`, `_`, `-`, beginning with a letter (so it is no phone number).
public struct LoginName: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    /// Parses and lower-cases; `nil` when the shape is wrong or the name is one that every attacker tries.
    public init?(_ text: String) {
        let folded = Self.folded(text)
        guard Self.problem(folded) == nil else { return nil }
        description = folded
    }

    /// The text as it is looked up: trimmed and lower-case. Never refuses, so that a wrong shape costs the same as a wrong name.
    static func folded(_ text: String) -> String {
        let trimmed = text.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }.map { trimmed.index(after: $0) } ?? trimmed.startIndex
        return trimmed[..<end].lowercased()
    }

    /// The rule that the text breaks, as a Chinese sentence; `nil` when it is a good name.
    public static func problem(_ text: String) -> String? {
        let bytes = Array(folded(text).utf8)
        guard (3...40).contains(bytes.count), let first = bytes.first, (97...122).contains(first),
            bytes.allSatisfy({ (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46 || $0 == 95 })
        else { return "登录名须为 3…40 位小写字母、数字、点、下划线或连字符，并以字母开头，请修改。" }
        guard !defaults.contains(String(decoding: bytes, as: UTF8.self)) else {
            return "登录名不得使用系统常见的默认名称，请改用能识别到人的名称，例如 csha.zhang。"
        }
        return nil
    }

    /// GB/T 22239-2019 8.1.4.2 b: default accounts are renamed or removed.
    private static let defaults: Set<String> = [
        "admin", "administrator", "root", "system", "sysadmin", "secadmin", "auditadmin", "test", "guest", "user",
        "demo",
        "operator", "manager", "webmaster", "super", "superadmin",
    ]
}

import Crypto

/// What a password must be.
/// - Source: GB/T 22239-2019 8.1.4.1 a (complexity, periodic change); the figures are assessors' practice.
public struct PasswordRule: Sendable, Hashable {
    /// Fewest characters.
    public var length = 8
    /// How many of the four kinds must occur: capital letters, small letters, digits, others.
    public var kinds = 3
    /// After so many days a person must choose a new one; `nil` never.
    public var days: Int? = 90
    /// How many of the last passwords, the present one counted, may not be chosen again; 0: any may.
    public var history = 5

    public init() {}

    /// Most UTF-8 bytes looked at; what is longer is refused rather than hashed.
    static let longest = 256

    /// Every sentence that speaks against the password; empty when it is good.
    public func problems(_ password: String, login: String) -> [String] {
        var sentences: [String] = []
        if password.count < length { sentences.append("密码至少需要 \(length) 个字符，目前为 \(password.count) 个，请加长。") }
        if password.utf8.count > Self.longest { sentences.append("密码最多 \(Self.longest) 字节，请缩短。") }
        let found = Self.kinds(in: password)
        if found < kinds {
            sentences.append("密码须包含大写字母、小写字母、数字、符号中的至少 \(kinds) 类，目前为 \(found) 类，请补充。")
        }
        let folded = password.lowercased()
        if !login.isEmpty, folded.contains(login.lowercased()) { sentences.append("密码不得包含登录名，请更换。") }
        if Self.common.contains(folded) { sentences.append("该密码过于常见，容易被猜中，请更换。") }
        if password.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            sentences.append("密码不得包含控制字符（如制表符、换行），请删除。")
        }
        return sentences
    }

    private static func kinds(in password: String) -> Int {
        var seen: Set<Int> = []
        for scalar in password.unicodeScalars {
            switch scalar {
            case "A"..."Z": seen.insert(0)
            case "a"..."z": seen.insert(1)
            case "0"..."9": seen.insert(2)
            default: seen.insert(3)
            }
        }
        return seen.count
    }

    /// Passwords that satisfy length and kinds and are tried first by everybody.
    private static let common: Set<String> = [
        "abc@1234", "abcd@1234", "abc@12345", "admin@123", "admin@1234", "admin@2024", "admin@2025", "admin@2026",
        "a123456!",
        "aa123456!", "aa123456@", "huawei@123", "hunan@123", "passw0rd", "passw0rd!", "password1!", "password@123",
        "p@ssw0rd",
        "p@ssw0rd1", "p@ssword1", "qwer@1234", "qwer1234!", "qwe123!@#", "test@123", "welcome1!", "1qaz@wsx",
        "1qaz2wsx!", "!qaz2wsx",
    ]
}

/// Makes passwords that are handed over once and changed at the first sign-in.
public enum PasswordGenerator {
    // Without 0 O o 1 l I, which are mistaken for each other on paper.
    private static let alphabets = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789"].map(Array.init)

    /// Four groups of four, joined by hyphens, about 93 bits; always of all four kinds.
    public static func make() -> String {
        let all = alphabets.flatMap { $0 }
        while true {
            let letters = (0..<16).map { _ in all[Secrets.random(below: all.count)] }
            guard alphabets.allSatisfy({ alphabet in letters.contains(where: alphabet.contains) }) else { continue }
            return stride(from: 0, to: 16, by: 4).map { String(letters[$0..<$0 + 4]) }.joined(separator: "-")
        }
    }
}

extension CreditCode {
    /// The rule of GB 32100-2015 that a text breaks, as a sentence for the person who typed it.
    public enum Problem: Error, Hashable, Sendable, CustomStringConvertible {
        case empty
        /// Not 18 characters after spaces and hyphens are left out.
        case length(Int)
        /// A character outside the alphabet, or a letter among the region's digits; the position counts from 1.
        case character(String, position: Int)
        /// Characters 3–8 name no province.
        case region(String)
        /// The first character names no registering department.
        case department(Character)
        /// The department registers no such kind of body.
        case type(Character, department: String)
        case checkCharacter(expected: Character, found: Character)

        /// Chinese sentence: the rule, the value, what to do.
        public var description: String {
            switch self {
            case .empty: "请填写统一社会信用代码（18 位，见营业执照或法人证书）。"
            case .length(let count): "统一社会信用代码应为 18 位，填写的内容去掉空格和连字符后为 \(count) 位，请对照证照核对。"
            case .character(let text, let position) where (3...8).contains(position):
                "第 \(position) 位“\(text)”不正确：第 3～8 位为登记机关行政区划码，只能是数字，请对照证照核对。"
            case .character(let text, let position):
                "第 \(position) 位“\(text)”不正确：统一社会信用代码只用数字和大写字母，且不用 I、O、S、V、Z（易与 1、0、5、U、2 混淆），请对照证照核对。"
            case .region(let digits): "第 3～8 位“\(digits)”不是行政区划码：前两位没有对应的省、自治区、直辖市，请对照证照核对。"
            case .department(let character): "第 1 位“\(character)”没有对应的登记管理部门，请对照证照核对。"
            case .type(let character, let department): "第 2 位“\(character)”不是“\(department)”部门登记的机构类别，请对照证照核对。"
            case .checkCharacter(let expected, let found):
                "校验码不符：按前 17 位计算第 18 位应为“\(expected)”，填写的是“\(found)”（GB 32100-2015），请检查是否有个别字符写错或颠倒。"
            }
        }

        /// Short stable name of the rule, for a refusal's code and for tables.
        public var rule: String {
            switch self {
            case .empty: "empty"
            case .length: "length"
            case .character: "character"
            case .region: "region"
            case .department: "department"
            case .type: "type"
            case .checkCharacter: "check-character"
            }
        }
    }

    /// What is odd about a valid code; worth showing, never a reason to refuse.
    public enum Warning: Hashable, Sendable, CustomStringConvertible {
        /// Character 17 does not follow from 9–16 (GB 11714-1997); some authorities gave such codes.
        case organisationCheck(expected: Character, found: Character)
        /// The kind of body is not in our table of the department, which is known in part only.
        case unlistedType(Character, department: String)

        public var description: String {
            switch self {
            case .organisationCheck(let expected, let found):
                "第 17 位按组织机构代码规则（GB 11714-1997）应为“\(expected)”，实际为“\(found)”，请与证照核对；代码本身可以使用。"
            case .unlistedType(let character, let department):
                "第 2 位“\(character)”不在已知的“\(department)”部门机构类别中，请与证照核对；代码本身可以使用。"
            }
        }
    }

    /// Oddities of this valid code; empty for nearly all.
    public var warnings: [Warning] {
        var found: [Warning] = []
        if let kind = department, kind.name(ofType: Self.alphabet[value(at: 1)]) == nil {
            found.append(.unlistedType(Self.alphabet[value(at: 1)], department: kind.name))
        }
        let characters = organisationCode.utf8
        let expected = Self.organisationCheck(characters.prefix(8))
        let last = characters.last.map { Character(Unicode.Scalar($0)) } ?? expected
        if last != expected { found.append(.organisationCheck(expected: expected, found: last)) }
        return found
    }

    /// The code that begins with these 16 characters, from the department to the eighth of the organisation code: both check characters
    /// follow from them. `nil` when no code begins so.
    public static func completing(_ beginning: String) -> CreditCode? {
        guard beginning.utf8.count == 16, beginning.utf8.allSatisfy({ $0.asDigit != nil || (65...90).contains($0) }) else { return nil }
        let body = beginning + String(organisationCheck(beginning.utf8.suffix(8)))
        do {
            return try parse(body + "0")
        } catch {
            guard case .checkCharacter(let expected, _) = error else { return nil }
            return CreditCode(body + String(expected))
        }
    }

    /// The ninth character of an organisation code.
    private static func organisationCheck(_ first: some Collection<UInt8>) -> Character {
        // GB 11714 counts all 26 letters from 10, unlike the alphabet of the outer code.
        let sum = zip(first, [3, 7, 9, 10, 5, 8, 4, 2]).reduce(0) { $0 + ($1.0.asDigit ?? Int($1.0) - 55) * $1.1 }
        let rest = 11 - sum % 11
        return rest == 10 ? "X" : rest == 11 ? "0" : Character(String(rest))
    }
}

/// Why a text is no JSON, or not the JSON that the type wants.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Not JSON (RFC 8259), or not JSON5 where that is read.
        case syntax
        /// Not UTF-8, or a lone surrogate.
        case encoding
        case tooDeep, tooLarge, duplicateKey
        /// A member that the type needs is not there.
        case missing
        /// Another kind of value than the type wants.
        case mismatch
        /// A number that the type cannot hold exactly.
        case range
        /// The right kind of value, but the type refuses its content.
        case invalid
        /// A value that cannot be written.
        case unencodable
    }

    public var kind: Kind
    /// JSON Pointer (RFC 6901) to the value; empty for the whole text.
    public var pointer: String
    /// Byte offset in the text, from 0; `nil` where only the path is known.
    public var offset: Int?
    /// One English line for the log; holds no value from the text.
    public var reason: String

    public init(_ kind: Kind, at pointer: String = "", offset: Int? = nil, _ reason: String) {
        self.kind = kind
        self.pointer = pointer
        self.offset = offset
        self.reason = reason
    }

    public var description: String {
        let place = pointer.isEmpty ? "the document" : pointer
        return "\(kind.rawValue) at \(place)\(offset.map { ", byte \($0)" } ?? ""): \(reason)"
    }

    /// The Chinese sentence for the person who sent the text: the rule and the next step.
    public var message: String {
        let place = offset.map { "（第 \($0 + 1) 字节处）" } ?? ""
        return switch kind {
        case .syntax: "内容不是合法的 JSON\(place)，请检查括号、逗号、引号后重新提交。"
        case .encoding: "内容不是合法的 UTF-8 文字\(place)，请改用 UTF-8 编码后重新提交。"
        case .tooDeep: "内容嵌套层数过多\(place)，请减少嵌套后重新提交。"
        case .tooLarge: "内容过大，请缩减或分批提交。"
        case .duplicateKey: "同一对象中字段名重复\(place)，请删去重复的字段。"
        case .missing: "缺少必填字段，请补充后重新提交。"
        case .mismatch: "值的类型不对\(place)，请按接口说明填写。"
        case .range: "数值超出允许范围或精度\(place)，请改正后重新提交。"
        case .invalid: "值不符合格式要求\(place)，请按接口说明改正。"
        case .unencodable: "结果含有无法表示的数值，请联系平台管理员。"
        }
    }

    /// A type's own complaint, its coding path turned into a pointer; the text is kept out, it may quote personal data.
    init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(.missing, at: Self.pointer(context.codingPath + [key]), "a required member is missing")
        case .valueNotFound(let type, let context):
            self.init(.mismatch, at: Self.pointer(context.codingPath), "null where \(type) is expected")
        case .typeMismatch(let type, let context):
            self.init(.mismatch, at: Self.pointer(context.codingPath), "\(type) is expected")
        case .dataCorrupted(let context):
            self.init(.invalid, at: Self.pointer(context.codingPath), "the type refuses the content")
        @unknown default:
            self.init(.invalid, "the type refuses the content")
        }
    }

    static func pointer(_ path: [any CodingKey]) -> String {
        path.map { "/" + escape($0.intValue.map(String.init) ?? $0.stringValue) }.joined()
    }

    /// One reference token of a JSON Pointer: `~` and `/` escaped.
    package static func escape(_ token: String) -> String {
        guard token.utf8.contains(where: { $0 == 0x7E || $0 == 0x2F }) else { return token }
        var escaped = ""
        for character in token.unicodeScalars {
            switch character {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }
}

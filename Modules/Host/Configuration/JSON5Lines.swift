/// On which line of a JSON5 text each value stands, so that an operator finds what a message names.
///
/// Reads texts that the parser has accepted; on any other it stops early and knows fewer lines.
struct JSON5Lines {
    /// Line numbers from 1, by JSON Pointer; a member's line is that of its key.
    private(set) var lines: [String: Int] = ["": 1]
    private let text: [UInt8]
    private var position = 0
    private var line = 1

    init(_ bytes: [UInt8]) {
        text = bytes
        if let start = next() { value(start, at: "") }
    }

    /// The line of the value, or of the nearest object around it that stands in the text.
    func line(of pointer: String) -> Int? {
        var pointer = pointer[...]
        while true {
            if let line = lines[String(pointer)] { return line }
            guard let slash = pointer.lastIndex(of: "/") else { return nil }
            pointer = pointer[..<slash]
        }
    }

    private enum Token {
        case mark(UInt8)
        case word(String)
    }

    private mutating func value(_ token: Token, at pointer: String) {
        switch token {
        case .mark(UInt8(ascii: "{")):
            while let key = next(), case .word(let name) = key {
                let member = pointer + "/" + name.replacing("~", with: "~0").replacing("/", with: "~1")
                lines[member] = line
                guard case .mark(UInt8(ascii: ":"))? = next(), let start = next() else { return }
                value(start, at: member)
                guard case .mark(UInt8(ascii: ","))? = next() else { return }
            }
        case .mark(UInt8(ascii: "[")):
            var index = 0
            while let start = next() {
                if case .mark(UInt8(ascii: "]")) = start { return }
                lines["\(pointer)/\(index)"] = line
                value(start, at: "\(pointer)/\(index)")
                index += 1
                guard case .mark(UInt8(ascii: ","))? = next() else { return }
            }
        default: return
        }
    }

    /// The next token; white space and comments are passed over, counting lines.
    private mutating func next() -> Token? {
        while position < text.count {
            let byte = text[position]
            let following = position + 1 < text.count ? text[position + 1] : 0
            switch byte {
            case 10:
                line += 1
                position += 1
            case 9, 11, 12, 13, 32: position += 1
            case UInt8(ascii: "/") where following == UInt8(ascii: "/"):
                while position < text.count, text[position] != 10 { position += 1 }
            case UInt8(ascii: "/") where following == UInt8(ascii: "*"):
                position += 2
                while position + 1 < text.count,
                    !(text[position] == UInt8(ascii: "*") && text[position + 1] == UInt8(ascii: "/"))
                {
                    if text[position] == 10 { line += 1 }
                    position += 1
                }
                position += 2
            case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted(byte)
            case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: ":"),
                UInt8(ascii: ","):
                position += 1
                return .mark(byte)
            default: return bare()
            }
        }
        return nil
    }

    private mutating func quoted(_ quote: UInt8) -> Token {
        position += 1
        let start = position
        while position < text.count, text[position] != quote {
            if text[position] == UInt8(ascii: "\\") { position += 1 }
            if position < text.count, text[position] == 10 { line += 1 }
            position += 1
        }
        let end = min(position, text.count)
        position += 1
        return .word(String(decoding: text[start..<end], as: UTF8.self))
    }

    private mutating func bare() -> Token {
        let start = position
        while position < text.count, !" \t\r\n,:{}[]/\"'".utf8.contains(text[position]) { position += 1 }
        if position == start { position += 1 }
        return .word(String(decoding: text[start..<min(position, text.count)], as: UTF8.self))
    }
}

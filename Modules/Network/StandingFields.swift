/// Fields that every answer of a listener carries unless the handler gives its own: what browsers must always be told.
public struct StandingFields: Sendable {
    fileprivate let lines: [(name: String, bytes: [UInt8])]

    /// Names and values are constants of the program: tokens and visible characters only.
    public init(_ fields: [(name: String, value: String)] = []) {
        lines = fields.map { ($0.name, Array("\($0.name): \($0.value)\r\n".utf8)) }
    }
}

/// The standing fields of one listener as they go into answers. Answers that share fields share what stands beside those, too:
/// that is put together once and not compared again.
struct StandingLines {
    private let standing: StandingFields
    private var shared: HTTPHeaders.SharedFields?
    /// The lines beside `shared`, and the names among them.
    private var beside: [UInt8] = []
    private var names: [String] = []

    init(_ standing: StandingFields) {
        self.standing = standing
        gather()
    }

    mutating func append(besides headers: borrowing HTTPHeaders, to out: inout ByteBuffer) {
        guard !standing.lines.isEmpty else { return }
        if headers.shared !== shared {
            shared = headers.shared
            gather()
        }
        for field in headers.written where names.contains(where: { HTTPHeaders.same($0, field.name) }) {
            for line in standing.lines where headers[line.name] == nil { out.append(line.bytes) }
            return
        }
        out.append(beside)
    }

    private mutating func gather() {
        let missing = standing.lines.filter { line in !(shared?.fields.contains { HTTPHeaders.same($0.name, line.name) } ?? false) }
        beside = missing.flatMap(\.bytes)
        names = missing.map(\.name)
    }
}

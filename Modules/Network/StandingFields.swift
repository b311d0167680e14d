/// Fields that every answer of a listener carries unless the handler gives its own: what browsers must always be told.
public struct StandingFields: Sendable {
    fileprivate let lines: [(name: String, bytes: [UInt8])]

    /// Names and values are constants of the program: tokens and visible characters only.
    public init(_ fields: [(name: String, value: String)] = []) {
        lines = fields.map { ($0.name, Array("\($0.name): \($0.value)\r\n".utf8)) }
    }
}

/// The standing fields of one listener as they go into answers. Answers that share fields share what stands beside those, too:
/// that is put together once and not compared again. On one loop only.
final class StandingLines {
    private let standing: StandingFields
    private var shared: HTTPHeaders.SharedFields?
    /// The lines beside `shared`, and the names among them.
    private var beside: [UInt8] = []
    private var names = FieldNames()

    init(_ standing: StandingFields) {
        self.standing = standing
        gather(nil)
    }

    func append(besides headers: borrowing HTTPHeaders, to out: inout ByteBuffer) {
        guard !standing.lines.isEmpty else { return }
        if headers.shared !== shared { gather(headers.shared) }
        guard headers.names.mayShare(names) else { return out.append(beside) }
        for line in standing.lines where headers[line.name] == nil { out.append(line.bytes) }
    }

    /// The same beside fields that no others were added to.
    func append(beside fields: HTTPHeaders.SharedFields, to out: inout ByteBuffer) {
        if fields !== shared { gather(fields) }
        out.append(beside)
    }

    /// The same beside fields that others of these names were added to.
    func append(beside fields: HTTPHeaders.SharedFields, _ more: any FieldSource, _ added: FieldNames, to out: inout ByteBuffer) {
        if fields !== shared { gather(fields) }
        guard added.mayShare(names) else { return out.append(beside) }
        var all = HTTPHeaders(lines: fields.lines, names: fields.names)
        all.add(FieldLines(more))
        append(besides: all, to: &out)
    }

    private func gather(_ fields: HTTPHeaders.SharedFields?) {
        shared = fields
        var common = HTTPHeaders()
        if let fields { common = HTTPHeaders(lines: fields.lines, names: fields.names) }
        let missing = standing.lines.filter { common[$0.name] == nil }
        beside = missing.flatMap(\.bytes)
        names = FieldNames()
        for line in missing {
            var name = line.name
            name.withUTF8 { names.insert($0) }
        }
    }
}

/// Fields that every answer of a listener carries unless the handler gives its own: what browsers must always be told.
public struct StandingFields: Sendable {
    private let lines: [(name: String, bytes: [UInt8])]

    /// Names and values are constants of the program: tokens and visible characters only.
    public init(_ fields: [(name: String, value: String)] = []) {
        lines = fields.map { ($0.name, Array("\($0.name): \($0.value)\r\n".utf8)) }
    }

    @inline(__always)
    func append(besides headers: borrowing HTTPHeaders, to out: inout ByteBuffer) {
        for line in lines where headers[line.name] == nil { out.append(line.bytes) }
    }
}

import Messages

/// Takes a `multipart/form-data` body apart as it arrives (RFC 2046 §5.1, RFC 7578), holding no more than a boundary's length of it
/// back. Only parts with a file name are let through; anything else is refused by name.
struct MultipartReader {
    enum Event {
        /// A file begins.
        case begin(name: String, type: String?)
        case data(UnsafeRawBufferPointer)
        /// The file is whole.
        case end
    }

    private enum Stage { case opening, afterDelimiter, head, content, done }

    private static let headLimit = 4096
    private let delimiter: [UInt8]
    private var stage = Stage.opening
    /// Bytes that cannot be judged yet: part of a head, or of what may be a delimiter.
    private var held: [UInt8] = []

    init(boundary: String) { delimiter = Array("\r\n--\(boundary)".utf8) }

    /// Whether the closing delimiter has come.
    var isComplete: Bool { stage == .done }

    /// - Throws: a `Refusal` (400) for a form that is none, and whatever the closure throws.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ event: (Event) throws -> Void) throws {
        var input = held + bytes
        held = []
        // The first delimiter stands without a line end in front of it.
        if stage == .opening, input.count >= delimiter.count - 2 {
            guard input.starts(with: delimiter.dropFirst(2)) else { throw Refusal.brokenUpload("does not begin with its boundary") }
            input.removeFirst(delimiter.count - 2)
            stage = .afterDelimiter
        }
        var place = 0
        loop: while place < input.count || stage == .content {
            switch stage {
            case .opening: break loop
            case .afterDelimiter:
                guard input.count - place >= 2 else { break loop }
                if input[place] == 45, input[place + 1] == 45 {
                    stage = .done
                } else if input[place] == 13, input[place + 1] == 10 {
                    stage = .head
                } else {
                    throw Refusal.brokenUpload("boundary without line end")
                }
                place += 2
            case .head:
                guard let end = FormDecoding.find([13, 10, 13, 10], in: input, from: place) else {
                    guard input.count - place <= Self.headLimit else { throw Refusal.brokenUpload("part without head") }
                    break loop
                }
                guard end - place <= Self.headLimit else { throw Refusal.brokenUpload("head of a part too long") }
                guard !input[place..<end].contains(0) else { throw Refusal.brokenUpload("NUL in the head of a part") }
                let part = FormDecoding.Part(head: String(decoding: input[place..<end], as: UTF8.self))
                guard let name = part.fileName, !name.isEmpty else {
                    throw Refusal(
                        "gateway.upload-field", status: 400, message: "上传表单中的“\((part.name ?? "未命名").prefix(40))”不是文件。请只上传文件。",
                        log: "upload form has a field that is no file")
                }
                try event(.begin(name: name, type: part.hasType ? part.type : nil))
                place = end + 4
                stage = .content
            case .content:
                if let end = FormDecoding.find(delimiter, in: input, from: place) {
                    try pass(input, place, end, event)
                    try event(.end)
                    place = end + delimiter.count
                    stage = .afterDelimiter
                } else {
                    let safe = max(place, input.count - delimiter.count + 1)
                    try pass(input, place, safe, event)
                    place = safe
                    break loop
                }
            // What follows the closing delimiter means nothing (RFC 2046 §5.1.1).
            case .done: return
            }
        }
        held = Array(input[place...])
    }

    private func pass(_ input: [UInt8], _ from: Int, _ to: Int, _ event: (Event) throws -> Void) throws {
        guard to > from else { return }
        try input.withUnsafeBytes { try event(.data(UnsafeRawBufferPointer(rebasing: $0[from..<to]))) }
    }
}

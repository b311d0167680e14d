/// What an attachment may be. The name's ending says what it claims, the first bytes say what it is; both must agree.
public enum FileKind: String, Sendable, CaseIterable, Codable {
    case pdf, png, jpeg, docx, xlsx, zip, txt, csv, mp4

    /// The media type it is served with; always this one, never the browser's.
    public var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .png: "image/png"
        case .jpeg: "image/jpeg"
        case .docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .zip: "application/zip"
        case .txt: "text/plain"
        case .csv: "text/csv"
        case .mp4: "video/mp4"
        }
    }

    /// By the ending of a file's name, whatever its case; `nil` for anything else.
    public init?(fileName: String) {
        guard let dot = fileName.lastIndex(of: ".") else { return nil }
        switch fileName[fileName.index(after: dot)...].lowercased() {
        case "jpg": self = .jpeg
        case let ending: self.init(rawValue: ending)
        }
    }

    /// Whether the content can be of this kind.
    public func matches(_ content: [UInt8]) -> Bool {
        switch self {
        case .pdf: content.starts(with: Array("%PDF-".utf8))
        case .png: content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        case .jpeg: content.starts(with: [0xFF, 0xD8, 0xFF])
        // A size of four bytes, then the type of the first box (ISO/IEC 14496-12 §4.3).
        case .mp4: content.count >= 8 && content[4..<8].elementsEqual(Array("ftyp".utf8))
        case .zip: Self.isZip(content)
        case .docx: Self.isZip(content) && Self.contains(content, "word/")
        case .xlsx: Self.isZip(content) && Self.contains(content, "xl/")
        // Text in UTF-8 or GB 18030: neither has control bytes other than tab and line ends.
        case .txt, .csv: content.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 }
        }
    }

    private static func isZip(_ content: [UInt8]) -> Bool { content.starts(with: [0x50, 0x4B, 3, 4]) }

    /// Names of a ZIP's members stand in it uncompressed.
    private static func contains(_ content: [UInt8], _ name: String) -> Bool {
        let name = Array(name.utf8)
        guard let first = name.first, content.count >= name.count else { return false }
        for start in 0...(content.count - name.count) where content[start] == first {
            if content[start..<(start + name.count)].elementsEqual(name) { return true }
        }
        return false
    }
}

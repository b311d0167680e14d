import Messages
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file on its way into a site's attachments: written as it arrives, hashed and checked while it is written, never whole in memory.
///
/// Bytes go to `<folder>/.incoming/`, under a name of our own; `seal` moves the finished file to where its digest puts it. Use it from
/// one thread at a time. `seal` waits for the disk; `add` only for the page cache.
public final class IncomingFile: @unchecked Sendable {
    /// Bytes so far.
    public private(set) var size = 0
    private let store: FileStore
    private let hasher = LogHasher()
    private var probe = FileProbe()
    private var descriptor: Int32
    private let temporary: String

    /// Throws `StoreError` when the folder cannot be written.
    public init(into store: FileStore) throws {
        self.store = store
        try FileStore.makeFolder(store.folder)
        try FileStore.makeFolder(store.incoming)
        var template = Array("\(store.incoming)/in-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw FileStore.failure(store.incoming) }
        temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        hasher.begin()
    }

    deinit { discard() }

    /// Takes the next bytes.
    ///
    /// Throws a `Refusal` (413) as soon as the file is larger than the store allows, `StoreError` when the disk does not take it.
    public func add(_ bytes: UnsafeRawBufferPointer) throws {
        guard size + bytes.count <= store.limit else { throw Self.tooLarge(store.limit) }
        size += bytes.count
        hasher.add(bytes)
        probe.add(bytes)
        var done = 0
        while done < bytes.count {
            let count = write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileStore.failure(temporary) }
            done += count
        }
    }

    /// Keeps the file under its digest; it is on disk when this returns.
    ///
    /// - Parameters:
    ///   - name: a label, stripped of folders; a name of the digest where there is none.
    ///   - type: what it is said to be; by the name where missing.
    /// - Throws: a `Refusal` (422) when name or type do not fit the content, `StoreError` when the disk does not take it.
    public func seal(name: String?, type: FileKind?) throws -> Attachment {
        let digest = hasher.end().hexadecimal
        let label = FileStore.baseName(name ?? type.map { "\(digest.prefix(12)).\($0.rawValue)" } ?? "")
        let kind = type ?? FileKind(fileName: label)
        let faults = FileStore.faults(size: size, name: label, kind: kind, limit: store.limit) { probe.fits($0) }
        guard faults.isEmpty, let kind else { throw FileStore.refusal(faults, size: size) }
        let attachment = Attachment(digest: digest, size: size, name: label, type: kind)
        guard fsync(descriptor) == 0 else { throw FileStore.failure(temporary) }
        try store.place(temporary, for: attachment)
        close(descriptor)
        descriptor = -1
        return attachment
    }

    /// Gives the file up; nothing of it stays.
    public func discard() {
        guard descriptor >= 0 else { return }
        close(descriptor)
        descriptor = -1
        unlink(temporary)
    }

    private static func tooLarge(_ limit: Int) -> Refusal {
        Refusal(
            "store.file-too-large", status: 413, message: "文件超过上限 \(limit) 字节，未受理。请压缩或拆分后再上传。",
            log: "upload larger than \(limit) bytes")
    }
}

/// What a file's bytes say it can be, found while they pass by.
struct FileProbe {
    private var head: [UInt8] = []
    private var isText = true
    private var isWord = false
    private var isSheet = false
    /// The last bytes of the piece before, in case a name lies across both.
    private var tail: [UInt8] = []

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        if head.count < 8 { head += bytes.prefix(8 - head.count) }
        if isText { isText = bytes.allSatisfy { $0 >= 32 && $0 != 127 || $0 == 9 || $0 == 10 || $0 == 13 } }
        guard head.starts(with: [0x50, 0x4B, 3, 4]), !(isWord && isSheet) else { return }
        let edge = tail + bytes.prefix(4)
        isWord = isWord || Self.contains(edge, "word/") || bytes.withMemoryRebound(to: UInt8.self) { Self.contains($0, "word/") }
        isSheet = isSheet || Self.contains(edge, "xl/") || bytes.withMemoryRebound(to: UInt8.self) { Self.contains($0, "xl/") }
        tail = Array((tail + bytes.suffix(4)).suffix(4))
    }

    func fits(_ kind: FileKind) -> Bool {
        switch kind {
        case .txt, .csv: isText
        case .docx: kind.matches(head + (isWord ? Array("word/".utf8) : []))
        case .xlsx: kind.matches(head + (isSheet ? Array("xl/".utf8) : []))
        default: kind.matches(head)
        }
    }

    private static func contains(_ bytes: some RandomAccessCollection<UInt8>, _ name: StaticString) -> Bool {
        name.withUTF8Buffer { name in
            guard bytes.count >= name.count, let first = name.first else { return false }
            var place = bytes.startIndex
            while let found = bytes[place...].firstIndex(of: first) {
                if bytes[found...].starts(with: name) { return true }
                place = bytes.index(after: found)
            }
            return false
        }
    }
}

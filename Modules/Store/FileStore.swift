package import Messages
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A file kept with a message or a row: what it is called and by which content it is found.
public struct Attachment: Codable, Sendable, Hashable {
    /// SHA-256 of the content, 64 lower-case hexadecimal digits.
    public let digest: String
    /// Bytes.
    public let size: Int
    /// The name it was given, without folders; 1…120 characters.
    public let name: String
    public let type: FileKind

    public init(digest: String, size: Int, name: String, type: FileKind) {
        self.digest = digest
        self.size = size
        self.name = name
        self.type = type
    }
}

/// A site's attachments, addressed by content: `<folder>/ab/cdef…`. The same content is kept once.
public struct FileStore: Sendable {
    public let folder: String
    /// Most bytes of one file.
    public let limit: Int
    /// Where the files are another process's.
    let door: (any FileDoor)?

    /// The files as another process keeps them.
    package init(behind door: any FileDoor, limit: Int = 20 << 20) {
        folder = ""
        self.limit = limit
        self.door = door
        clock = .system
    }
    let clock: TimeSource

    /// - Parameters:
    ///   - folder: created on first use; its parent must exist.
    ///   - limit: 20 MiB unless a site says otherwise.
    public init(folder: String, limit: Int = 20 << 20, clock: TimeSource = .system) {
        self.folder = folder
        self.limit = limit
        door = nil
        self.clock = clock
    }

    /// Keeps the content; it is on disk when this returns.
    ///
    /// Throws a `Refusal` when name, size or type do not fit, `StoreError` when the disk does not take it.
    public func keep(_ content: [UInt8], name: String, type: FileKind? = nil) throws -> Attachment {
        if let door { return try door.keep(content, name: name, type: type) }
        let name = Self.baseName(name)
        let kind = type ?? FileKind(fileName: name)
        let faults = Self.faults(size: content.count, name: name, kind: kind, limit: limit) { $0.matches(content) }
        guard faults.isEmpty, let kind else { throw Self.refusal(faults, size: content.count) }
        let digest = SHA256Digest.of(content).description
        let attachment = Attachment(digest: digest, size: content.count, name: name, type: kind)
        // Marked before it is there: what is not marked is never swept.
        try mark(digest)
        // A damaged copy is replaced by the good one.
        if !((try? verify(attachment)) ?? false) { try write(content, to: path(ofDigest: digest)) }
        return attachment
    }

    /// How many bytes are kept under a digest; `nil` when there are none. Cheap: the content is not read.
    public func size(ofDigest digest: String) -> Int? {
        if let door { return door.size(ofDigest: digest) }
        var status = stat()
        return stat(path(ofDigest: digest), &status) == 0 ? Int(status.st_size) : nil
    }

    /// Where the content stands; the file need not be there. Behind a door it is only a name, which the host understands.
    public func path(of attachment: Attachment) -> String {
        door == nil ? path(ofDigest: attachment.digest) : Self.digestPrefix + attachment.digest
    }

    /// In front of the digest, where a path is only a name.
    package static let digestPrefix = "digest:"

    /// The path behind such a name; of any other text, nothing.
    package func path(named name: String) -> String? {
        name.hasPrefix(Self.digestPrefix) ? path(ofDigest: String(name.dropFirst(Self.digestPrefix.count))) : nil
    }

    /// The content, opened for reading; whoever asks closes it. Throws `StoreError.cannotOpen` when it is not there.
    package func open(digest: String) throws -> Int32 {
        if let door { return try door.open(digest) }
        let path = path(ofDigest: digest)
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure(path) }
        return descriptor
    }

    /// The content, checked against its digest; throws `StoreError.damaged` when it differs, `.cannotOpen` when absent.
    public func read(_ attachment: Attachment) throws -> [UInt8] {
        let path = path(of: attachment)
        let content = try Self.content(of: open(digest: attachment.digest), path)
        guard SHA256Digest.of(content).description == attachment.digest else {
            throw StoreError.damaged(path: path, what: "content does not match its SHA-256")
        }
        return content
    }

    /// Whether the content is there and unchanged.
    public func verify(_ attachment: Attachment) throws -> Bool {
        guard size(ofDigest: attachment.digest) != nil else { return false }
        let content = try Self.content(of: open(digest: attachment.digest), path(of: attachment))
        return SHA256Digest.of(content).description == attachment.digest
    }

    /// Removes the content for good; harmless when it is not there. Whoever calls this knows that nobody else needs it.
    /// - Parameter digest: 64 lower-case hexadecimal digits; anything else names no file and is ignored.
    public func remove(_ digest: String) throws {
        guard digest.utf8.count == 64, digest.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else { return }
        if let door { return try door.remove(digest) }
        let path = path(ofDigest: digest)
        guard unlink(path) != 0, errno != ENOENT else { return }
        throw StoreError.readOnly(path: path)
    }

    // MARK: - What may be kept

    /// The refusal of content that is larger than the store allows.
    package static func refusal(tooLarge size: Int, limit: Int) -> Refusal {
        refusal([.init(field: "file", message: "文件有 \(size) 字节，超过上限 \(limit) 字节。请压缩或拆分后再上传。")], size: size)
    }

    static func refusal(_ faults: [Refusal.Fault], size: Int) -> Refusal {
        Refusal(
            "store.file-refused", status: 422, message: faults.map(\.message).joined(separator: ""),
            log: "attachment of \(size) bytes refused", faults: faults)
    }

    static func faults(
        size: Int, name: String, kind: FileKind?, limit: Int, matches: (FileKind) -> Bool
    ) -> [Refusal.Fault] {
        var faults: [Refusal.Fault] = []
        func add(_ message: String) { faults.append(.init(field: "file", value: name, message: message)) }
        if name.isEmpty { add("文件没有名称，请重新选择文件。") }
        if size == 0 { add("文件“\(name)”是空的，请重新选择文件。") }
        if size > limit {
            add("文件“\(name)”有 \(size) 字节，超过上限 \(limit) 字节。请压缩或拆分后再上传。")
        }
        let allowed = FileKind.allCases.map(\.rawValue).joined(separator: "、")
        if let kind {
            if size > 0, !matches(kind) {
                add("文件“\(name)”的内容不是 \(kind.rawValue) 格式。请用原程序另存为该格式后再上传（允许：\(allowed)）。")
            }
        } else if !name.isEmpty {
            add("文件“\(name)”的类型不在允许之列（\(allowed)）。请转换格式后再上传。")
        }
        return faults
    }

    /// Without folders and control characters, at most 120 characters, its ending kept.
    static func baseName(_ name: String) -> String {
        let last = name.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        let clean = String(last.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 && $0.properties.generalCategory != .format })
        guard clean.count > 120 else { return clean }
        let ending = clean.lastIndex(of: ".").map { String(clean[$0...].prefix(10)) } ?? ""
        return clean.prefix(120 - ending.count) + ending
    }

    // MARK: - On disk

    /// Where files stand while they arrive.
    var incoming: String { folder + "/.incoming" }

    /// Removes what uploads left behind when the program ended; only while none is under way.
    public func removeLeftovers() {
        guard let stream = opendir(incoming) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix("in-") { unlink("\(incoming)/\(name)") }
        }
    }

    /// Moves a synced file to where its digest puts it.
    func place(_ temporary: String, for attachment: Attachment) throws {
        try mark(attachment.digest)
        let target = path(of: attachment)
        let shelf = "\(folder)/\(attachment.digest.prefix(2))"
        try Self.makeFolder(shelf)
        guard rename(temporary, target) == 0 else { throw Self.failure(target) }
        try syncFolder(of: target)
        try syncFolder(of: shelf)
    }

    func path(ofDigest digest: String) -> String {
        // A digest that came from outside must not lead out of the folder.
        let safe = digest.utf8.count == 64 && digest.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        return safe ? "\(folder)/\(digest.prefix(2))/\(digest.dropFirst(2))" : "\(folder)/invalid"
    }

    private func write(_ content: [UInt8], to path: String) throws {
        try Self.makeFolder(folder)
        let shelf = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        try Self.makeFolder(shelf)
        var template = Array("\(shelf)/.keep-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.failure(path) }
        let temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        do {
            defer { close(descriptor) }
            try content.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { throw Self.failure(path) }
                    done += count
                }
            }
            guard fsync(descriptor) == 0 else { throw Self.failure(path) }
            guard rename(temporary, path) == 0 else { throw Self.failure(path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncFolder(of: path)
        try syncFolder(of: shelf)
    }

    static func makeFolder(_ path: String) throws {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure(path) }
    }

    static func failure(_ path: String) -> StoreError {
        let cause = errno
        if cause == ENOSPC || cause == EDQUOT || cause == EFBIG { return .diskFull(path: path) }
        return .cannotOpen(path: path, what: String(cString: strerror(cause)))
    }

    /// Everything that the descriptor of a file holds; closes it.
    ///
    /// - Parameter most: bytes; whoever handed the descriptor over may have made the file as long as it likes.
    package static func content(of descriptor: Int32, _ path: String, most: Int = .max) throws -> [UInt8] {
        defer { close(descriptor) }
        lseek(descriptor, 0, SEEK_SET)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        let size = Int(status.st_size)
        guard status.st_mode & S_IFMT == S_IFREG, (0...most).contains(size) else {
            throw StoreError.cannotOpen(path: path, what: "no file, or one of more than \(most) bytes")
        }
        var problem: StoreError?
        let content = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while count < size {
                let got = Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, size - count)
                if got < 0, errno == EINTR { continue }
                if got < 0 { problem = failure(path) }
                guard got > 0 else { return }
                count += got
            }
        }
        if let problem { throw problem }
        return content
    }
}

/// A site's files behind a door: a plug-in's process has no right to the folder itself.
package protocol FileDoor: Sendable {
    func keep(_ content: [UInt8], name: String, type: FileKind?) throws -> Attachment
    func size(ofDigest digest: String) -> Int?
    /// A descriptor for reading.
    func open(_ digest: String) throws -> Int32
    /// Nothing of this plug-in's refers to it any more; it goes where nothing of another one's does either.
    func remove(_ digest: String) throws
}

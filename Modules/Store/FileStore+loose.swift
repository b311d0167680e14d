import Messages
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Content that came but is attached to nothing yet. Each has a mark, an empty file of its own in `.loose/` whose time says when it
/// came or was last claimed. Content without a mark is never swept.
///
/// A handler claims what it is about to attach (`claim`), which renews the mark; a sweep takes the mark away first, looks once more
/// at its time, and only then removes the content. So either the claim is seen by the sweep, or the sweep by the claim.
extension FileStore {
    /// Something that waits to be attached.
    public struct Loose: Sendable, Hashable {
        public var digest: String
        public var since: Timestamp
    }

    private var shelf: String { folder + "/.loose" }
    private func mark(of digest: String) -> String { "\(shelf)/\(digest)" }
    private func leaving(_ digest: String) -> String { "\(shelf)/.going-\(digest)" }

    /// Says that the content came just now. A crash right after loses at most the mark: then the content stays.
    func mark(_ digest: String) throws {
        try Self.makeFolder(folder)
        try Self.makeFolder(shelf)
        let descriptor = Glibc.open(mark(of: digest), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(mark(of: digest)) }
        close(descriptor)
        _ = touch(mark(of: digest))
    }

    /// How many bytes are kept under a digest, for whoever is about to attach it: a sweep leaves it alone from now on for as long as it
    /// does a fresh upload. `nil` when there are none, or when it is being swept this very moment.
    public func claim(_ digest: String) -> Int? {
        // Whoever keeps the files claims for those behind the door.
        if let door { return door.size(ofDigest: digest) }
        guard Self.isDigest(digest) else { return nil }
        if !touch(mark(of: digest)), access(leaving(digest), F_OK) == 0 { return nil }
        return size(ofDigest: digest)
    }

    /// What is attached to nothing, as far as the marks say.
    public func loose() -> [Loose] {
        var found: [Loose] = []
        for name in Self.entries(of: shelf) {
            if let digest = name.hasPrefix(".going-") ? String(name.dropFirst(7)) : nil, Self.isDigest(digest) {
                // A sweep that ended in the middle: its mark goes back.
                rename(leaving(digest), mark(of: digest))
            } else if Self.isDigest(name), let since = time(of: mark(of: name)) {
                found.append(Loose(digest: name, since: since))
            }
        }
        return found
    }

    /// Takes the mark away: the content is attached.
    public func attached(_ digest: String) { if Self.isDigest(digest) { unlink(mark(of: digest)) } }

    /// Removes content that came before that moment and was not claimed since; nothing else. One sweep at a time.
    /// - Returns: whether it is gone.
    public func sweep(_ digest: String, before moment: Timestamp) throws -> Bool {
        guard Self.isDigest(digest), rename(mark(of: digest), leaving(digest)) == 0 else { return false }
        guard let since = time(of: leaving(digest)), since < moment else {
            rename(leaving(digest), mark(of: digest))
            return false
        }
        try remove(digest)
        unlink(leaving(digest))
        return true
    }

    /// Marks content as attached to nothing, perhaps: whoever may have kept it could not say.
    public func loosen(_ digest: String) throws {
        if Self.isDigest(digest), size(ofDigest: digest) != nil { try mark(digest) }
    }

    /// Marks everything as loose that is not marked yet: somebody who may have kept some of it is gone, and the next sweeps ask the others.
    public func loosenAll() {
        for short in Self.entries(of: folder) where short.utf8.count == 2 {
            for rest in Self.entries(of: "\(folder)/\(short)") {
                let digest = short + rest
                if Self.isDigest(digest), access(mark(of: digest), F_OK) != 0 { try? mark(digest) }
            }
        }
    }

    private static func entries(of folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }

    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    private func touch(_ path: String) -> Bool {
        let now = clock.now.milliseconds
        let moment = timespec(tv_sec: Int(now / 1000), tv_nsec: Int(now % 1000) * 1_000_000)
        return [moment, moment].withUnsafeBufferPointer { utimensat(AT_FDCWD, path, $0.baseAddress, 0) == 0 }
    }

    private func time(of path: String) -> Timestamp? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Timestamp(milliseconds: Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000)
    }
}

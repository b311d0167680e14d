import Foundation

/// A file system in memory that is soon full. Only root may make one.
public final class SmallDisk: Sendable {
    private let path: String

    /// Tried once: a container's root may not.
    public static let isPossible: Bool = {
        let path = NSTemporaryDirectory() + "shuniu-disk-" + UUID().uuidString
        guard (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)) != nil else { return false }
        defer { try? FileManager.default.removeItem(atPath: path) }
        return run("mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", path) && run("umount", path)
    }()

    private static func run(_ words: String...) -> Bool {
        (try? TestProgram.runAndWait(words))?.code == 0
    }

    /// - Parameter size: as `mount` writes it, such as `1500k`.
    public init(_ path: String, size: String) async throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await Self.expect(TestProgram.run(["mount", "-t", "tmpfs", "-o", "size=\(size),mode=0700", "tmpfs", path]))
    }

    /// Somebody has made room.
    public func grow(to size: String) async throws {
        try await Self.expect(TestProgram.run(["mount", "-o", "remount,size=\(size)", path]))
    }

    private static func expect(_ outcome: TestProgram.Outcome) throws {
        guard outcome.code == 0 else { throw TestProgram.Failure(description: outcome.error) }
    }

    // Lazily: somebody may still read what lies there.
    deinit { _ = Self.run("umount", "-l", path) }
}

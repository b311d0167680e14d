/// Settings of one file, measured on the target hardware; ratios stand beside each.
public struct StoreOptions: Sendable {
    /// Of a new file, bytes. 1024 suits many small commands (× 1.66 at 64 waiters against 4096); 2048 wide rows; 4096 search.
    public var pageSize = 1024
    /// The write-ahead log is copied into the file when it has grown by this much; after the replies, never inside a commit.
    public var checkpointBytes = 16 << 20
    /// Beside the writer it is copied whenever it grew by this much: a sync of less holds up the commands' own less.
    public var passPart = 4 << 20
    /// The last part, which the writer copies itself so that the log can begin anew, is no more than this.
    public var ownPart = 256 << 10
    /// A batch takes no further commands after this long; the sync itself forms the next one.
    public var batchLimit: Duration = .milliseconds(4)
    /// Page cache of the writer, KiB. Small: after a page was split SQLite 3.40 walks over all of it at the commit, and what is not here the kernel has
    /// (64 MiB cost 7 to 18 % of the commands).
    public var writerCache = 4096
    /// Page cache of each reader, KiB; empty again after a commit.
    public var readerCache = 8192
    /// A file nobody used for this long may be closed by `closeIfIdle`.
    public var idleAfter: Duration = .seconds(60)
    /// A read is stopped after this long, since it pins the write-ahead log.
    public var readLimit: Duration = .seconds(30)
    /// Most pages the file may have; `nil` for SQLite's own limit. Beyond it commands are refused as on a full disk.
    public var maximumPages: Int?
    /// Whose bound on open read connections counts; one for the whole process unless a test wants its own.
    public var readers = ReaderLimit.shared

    public init() {}
}

import CLinux
import Dispatch
import Store
import Synchronization
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Bounds the files that a host keeps open. An open one costs about 100 KiB and four descriptors, and a start looks into all of them,
/// while of hundreds of sites few are used at one moment. Closed files open by themselves.
final class OpenFiles: Sendable {
    /// As many as some dozens of busy sites use.
    private let limit: Int
    private let isClosing = Atomic<Bool>(false)
    /// Since memory was given back.
    private let closed = Atomic<Int>(0)
    /// What was used just now is not worth closing.
    private static let rest: Duration = .milliseconds(300)
    /// So many closings leave something to give back to the system.
    private static let many = 32

    init(_ limit: Int) { self.limit = limit }

    /// Closes the longest unused files beyond the limit, beside what goes on.
    func thinOut(_ files: [StoreFile], at clock: TimeSource) {
        let open = files.filter(\.isOpen)
        guard open.count > limit, !isClosing.exchange(true, ordering: .acquiringAndReleasing) else { return }
        DispatchQueue.global(qos: .utility).async { [self] in
            gone(close(open, now: clock.now))
            isClosing.store(false, ordering: .releasing)
        }
    }

    /// Closes the longest unused of these beyond the limit.
    /// - Returns: how many.
    func close(_ open: [StoreFile], now: Timestamp) -> Int {
        let ages = open.map { (file: $0, since: $0.lastUse) }.sorted { $0.since < $1.since }
        return ages.prefix(max(0, open.count - limit)).count { $0.file.close(unusedFor: Self.rest, now: now) }
    }

    /// So many files were closed; a few at a time add up.
    func gone(_ count: Int) {
        let sum = closed.add(count, ordering: .relaxed).newValue
        guard count > 0, sum >= Self.many else { return }
        closed.store(0, ordering: .relaxed)
        Self.giveBack()
    }

    /// Free memory in the middle of the heap goes back to the system: a start leaves some megabytes of it.
    static func giveBack() { _ = malloc_trim(0) }

    /// Half of the code of program and libraries ran only while the host started. Its pages stay in the system's cache and come back as
    /// they are needed, unchanged as they are; until then they do not count as this process's.
    static func letGoOfCode() {
        for line in (PrivateFile.text("/proc/self/maps") ?? "").split(separator: "\n") {
            // from-to rights offset device inode path
            let parts = line.split(separator: " ", omittingEmptySubsequences: true)
            guard parts.count >= 6, parts[1] == "r-xp", parts[5].hasPrefix("/") else { continue }
            let ends = parts[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, ends[0] < ends[1], let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            _ = madvise(start, Int(ends[1] - ends[0]), MADV_DONTNEED)
        }
    }
}

import Messages
import Store
import Synchronization
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Durable commands of the store against one transaction per command, and against the disk's own sync, in one run.
///
/// A command is what the bus makes of one: look for a recorded reply, one upsert, one log entry with a payload of
/// 200 bytes, record the reply; answered after the commit is on disk.
enum StoreBench {
    /// - Parameters:
    ///   - folder: an existing folder on the disk to measure.
    ///   - waiters: how many commands are under way at once, one measurement each.
    ///   - prefix: of the names of what is measured.
    ///   - seconds: how long each number of waiters is measured, in each of the two ways.
    static func run(
        folder: String, waiters counts: [Int] = [1, 8, 64, 512], seconds: Double = 4, named prefix: String = ""
    ) async throws -> [Reading] {
        var results: [Reading] = []
        func add(_ name: String, _ value: Double, _ unit: String) { results.append(Reading(prefix + name, value, unit)) }
        for waiters in counts {
            // Short rounds of both, one after the other, and their medians: a shared machine is never quiet for long.
            var alone: [Measured] = []
            var group: [Measured] = []
            var disk: [Double] = []
            for _ in 0..<rounds {
                let share = seconds / Double(rounds)
                disk.append(contentsOf: try syncs(folder: folder))
                alone.append(try await commands(folder: folder, waiters: waiters, seconds: share, options: naive))
                group.append(try await commands(folder: folder, waiters: waiters, seconds: share, options: .init()))
            }
            disk.sort()
            let p99 = median(group.map(\.p99))
            let diskP99 = percentile(0.99, of: disk)
            add("disk.fdatasync.\(waiters)", 1000 / max(median(disk), 0.001), "1/s")
            add("disk.fdatasync.\(waiters).p99", diskP99, "ms")
            add("store.naive.\(waiters)", median(alone.map(\.rate)), "1/s")
            add("store.naive.\(waiters).p99", median(alone.map(\.p99)), "ms")
            add("store.group.\(waiters)", median(group.map(\.rate)), "1/s")
            add("store.group.\(waiters).p50", median(group.map(\.p50)), "ms")
            add("store.group.\(waiters).p99", p99, "ms")
            add("store.group.\(waiters).batch", median(group.map(\.batch)), "commands/commit")
            add("store.group.\(waiters).writes", median(group.map(\.writes)), "log writes/commit")
            let ratios = zip(group, alone).map { $0.rate / max($1.rate, 1) }
            add("store.group.\(waiters).ratio", median(ratios), "× naive")
            add("store.group.\(waiters).p99ratio", p99 / max(diskP99, 0.001), "× fdatasync p99")
        }
        return results
    }

    private static let rounds = 5

    /// SQLite as it comes, with one transaction for each command: 4 KiB pages, a checkpoint every 4 MiB.
    private static var naive: StoreOptions {
        var options = StoreOptions()
        options.batchLimit = .zero
        options.pageSize = 4096
        options.checkpointBytes = 4 << 20
        options.ownPart = .max
        options.passPart = .max
        return options
    }

    private struct Measured {
        var rate: Double
        var p50: Double
        var p99: Double
        var batch: Double
        var writes: Double
    }

    private static let state = [
        Migration(
            1, "create state",
            "CREATE TABLE state (id INTEGER PRIMARY KEY, value TEXT NOT NULL, changes INTEGER NOT NULL) STRICT")
    ]

    private static func commands(
        folder: String, waiters: Int, seconds: Double, options: StoreOptions
    ) async throws -> Measured {
        let path = "\(folder)/bench-\(getpid()).sqlite"
        defer { for ending in ["", "-wal", "-shm", ".lock"] { unlink(path + ending) } }
        let lanes = LanePool(threads: 1)
        let file = StoreFile(path: path, migrations: state, lanes: lanes, options: options, clock: .system)
        try file.open()
        let counter = Counter()
        let clock = ContinuousClock()
        let warm = clock.now + .seconds(seconds / 4)
        let end = warm + .seconds(seconds)
        let times = try await withThrowingTaskGroup(of: [Double].self) { group in
            for _ in 0..<waiters {
                group.addTask {
                    var times: [Double] = []
                    while true {
                        let start = clock.now
                        guard start < end else { return times }
                        try await command(file, number: counter.next())
                        let finish = clock.now
                        if start >= warm, finish <= end { times.append((finish - start) / .milliseconds(1)) }
                    }
                }
            }
            var all: [Double] = []
            for try await times in group { all.append(contentsOf: times) }
            return all.sorted()
        }
        let counts = file.counts
        file.close()
        lanes.shutdown()
        return Measured(
            rate: Double(times.count) / seconds, p50: percentile(0.5, of: times), p99: percentile(0.99, of: times),
            batch: Double(counts.commands) / Double(max(1, counts.commits)),
            writes: Double(counts.logWrites) / Double(max(1, counts.commits)))
    }

    private static let actor = Actor(kind: .person, id: "bench", name: "窗口")
    private static let payload = [UInt8](repeating: 0x61, count: 200)

    private static func command(_ file: StoreFile, number: UInt64) async throws {
        let id = MessageID(high: 0x0199_0000_0000_7000 + number << 16, low: 0x8000_0000_0000_0000 | number)
        try await file.write { writer in
            guard try writer.recordedReply(id) == nil else { return }
            try writer.run(
                """
                INSERT INTO state (id, value, changes) VALUES (?1, ?2, 1)
                ON CONFLICT (id) DO UPDATE SET value = excluded.value, changes = changes + 1
                """, Int64(number % 10_000), "value \(number)")
            try writer.append(
                LogDraft(
                    id: id, type: "bench.state-changed.v1", subject: "state/\(number % 10_000)", time: writer.now,
                    actor: actor, correlation: id, payload: payload))
            try writer.recordReply(id, type: "bench.change-state.v1", bytes: [123, 125])
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic<UInt64>(0)
        func next() -> UInt64 { count.add(1, ordering: .relaxed).newValue }
    }

    /// Milliseconds of the disk's own sync, the median.
    static func sync(folder: String) throws -> Double { try median(syncs(folder: folder)) }

    /// What the disk itself does: overwriting four kilobytes and syncing, one after the other; milliseconds each.
    private static func syncs(folder: String) throws -> [Double] {
        let path = "\(folder)/bench-\(getpid()).sync"
        let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError.cannotOpen(path: path, what: "bench") }
        defer {
            close(descriptor)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x5A, count: 4096)
        for index in 0..<256 { pwrite(descriptor, page, page.count, off_t(index * page.count)) }
        fsync(descriptor)
        let clock = ContinuousClock()
        return (0..<500).map { index in
            let start = clock.now
            pwrite(descriptor, page, page.count, off_t(index % 256 * page.count))
            fdatasync(descriptor)
            return (clock.now - start) / .milliseconds(1)
        }
    }

    private static func percentile(_ share: Double, of sorted: [Double]) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}

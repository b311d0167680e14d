import Foundation
import Messages
import Store
import Synchronization
import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A folder of its own for one test, removed with it.
final class Scratch: Sendable {
    let folder: String

    init() throws {
        var template = Array("/tmp/shuniu-store-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw StoreError.cannotOpen(path: "/tmp", what: "mkdtemp") }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    func path(_ name: String = "notes.sqlite") -> String { folder + "/" + name }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }
}

/// A clock moved by hand.
final class HandClock: Sendable {
    private let time = Mutex<Int64>(1_760_000_000_000)
    var source: TimeSource { TimeSource { self.now } }
    var now: Timestamp { Timestamp(milliseconds: time.withLock { $0 }) }
    func advance(seconds: Int64) { time.withLock { $0 += seconds * 1000 } }
}

let notes = [
    Migration(1, "create notes", "CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT")
]

func id(_ number: UInt64) -> MessageID { MessageID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number) }

func draft(_ number: UInt64, subject: String? = nil, payload: String = "{}", target: String? = nil) -> LogDraft {
    LogDraft(
        id: id(number), type: "notes.note-added.v1", subject: subject,
        time: Timestamp(milliseconds: 1_760_000_000_000 + Int64(number)),
        actor: Actor(kind: .person, id: "7", name: "窗口一"), correlation: id(number), target: target,
        payload: Array(payload.utf8))
}

/// What several threads report, in order of arrival.
final class Reports<T: Sendable>: Sendable {
    private let all = Mutex<[T]>([])
    func add(_ value: T) { all.withLock { $0.append(value) } }
    var values: [T] { all.withLock { $0 } }
}

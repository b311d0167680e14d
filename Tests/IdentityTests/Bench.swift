import FoundationEssentials
import Messages
import Store
import Synchronization
import Testing
import Vocabulary

@testable import Identity

/// A site's identity in a temporary folder, in virtual time, with cheap hashes.
final class Bench: Sendable {
    let folder: String
    let lanes = LanePool(threads: 1)
    let file: StoreFile
    let moment = Mutex(Timestamp(milliseconds: 1_767_225_600_000))
    let number = Mutex(UInt64(0))
    let workers = PasswordWorkers(threads: 2, capacity: 64, logN: 4)
    static let chief = Actor.system("test")
    static let key = SiteKey([UInt8](repeating: 7, count: 32))

    init() {
        folder = FileManager.default.temporaryDirectory.path + "/shuniu-identity-\(UInt64.random(in: 0...UInt64.max))"
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        file = StoreFile(
            path: folder + "/\(IdentityStore.fileName)", migrations: IdentityStore.migrations, lanes: lanes,
            clock: TimeSource { Timestamp(milliseconds: 1_767_225_600_000) })
    }

    deinit {
        file.close()
        lanes.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }

    var clock: TimeSource { TimeSource { [self] in moment.withLock { $0 } } }
    var ids: IDSource {
        IDSource { [self] in
            number.withLock { number in
                number += 1
                return MessageID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0000 | number)
            }
        }
    }

    func pass(_ duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }

    func open(region: String = "430000", rules: IdentityStore.Rules = .init(), workers: PasswordWorkers? = nil)
        async throws -> IdentityStore
    {
        try await IdentityStore.open(
            file: file, key: Self.key, region: RegionCode(region), rules: rules, clock: clock, ids: ids,
            workers: workers ?? self.workers)
    }

    /// The events of the audit log, by raw value.
    func events(_ store: IdentityStore) throws -> [String] { try store.audit(limit: 1000).map(\.record.event.rawValue) }

    func rows(_ sql: String) throws -> Int { try file.read { try $0.value(sql, as: Int.self) } ?? 0 }
}

/// The refusal that the work ends with; a test fails when it ends otherwise.
func refusal(_ work: () async throws -> some Any) async -> Refusal? {
    do {
        _ = try await work()
        Issue.record("was not refused")
    } catch let refusal as Refusal {
        return refusal
    } catch {
        Issue.record("ended with \(error)")
    }
    return nil
}

extension IdentityStore {
    /// Name and password from a browser that never signed in before, for an account without a second factor.
    func signIn(login: String, password: String, address: String, browser: String? = nil) async throws -> SignedIn {
        let origin = Origin(address: address, userAgent: "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36", browser: browser)
        switch try await signIn(login: login, password: password, from: origin) {
        case .done(let signedIn): return signedIn
        case .secondFactor: throw IdentityRefusals.secondFactorRequired
        }
    }

    func changePassword(token: String, old: String, new: String, address: String) async throws -> SignedIn {
        try await changePassword(token: token, old: old, new: new, from: Origin(address: address))
    }
}

let good = "Xiang-River-2026"
let home = "192.0.2.7"

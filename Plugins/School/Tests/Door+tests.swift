import Bus
import Crypto
import Messages
import PluginKit
import SchoolContracts
import Store
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

/// What a door needs in a test: tickets, and scans of them.
extension Lessons {
    /// The key that signs the class's tickets, from the school's own file.
    func ticketKey() throws -> SigningKey {
        let file = try #require(site.stores.first?.file)
        return try #require(
            try file.read { (snapshot: StoreSnapshot) throws in try snapshot.schoolKey(.tickets(of: schoolClass)) })
    }

    func ticket(_ id: RegistrationID, issue: Int = 1) throws -> String {
        try Ticket(registration: id, issue: issue).signed(by: ticketKey())
    }

    /// So many minutes after the first session's start.
    func at(_ minutes: Int) throws -> Timestamp {
        let start = try site.ask(GetClass(id: schoolClass)).card.startsAt
        return start.advanced(by: .seconds(minutes * 60))
    }

    /// Moves the clock to so many minutes after the first session's start.
    func go(to minutes: Int) async throws {
        await site.advance(by: .milliseconds(try at(minutes).milliseconds - site.clock.now.milliseconds))
    }

    func scan(_ ticket: String, at minutes: Int) throws -> ScanDraft {
        ScanDraft(id: site.bus.ids.next(), ticket: ticket, at: try at(minutes))
    }

    @discardableResult
    func merge(_ device: String, _ scans: [ScanDraft], session: Int = 1, as actor: Actor = Lessons.staff) async throws
        -> ScanReceipt
    {
        try await site.tell(
            MergeScans(schoolClass: schoolClass, session: session, device: device, scans: scans), as: actor)
    }

    func outcomes(_ device: String, _ scans: [ScanDraft]) async throws -> [ScanOutcome] {
        try await merge(device, scans).results.map(\.outcome)
    }

    /// Every presence, `K2026-001-0001 1 东门 +3` (minutes after the start).
    func presences() throws -> [String] {
        var all: [String] = []
        var after: Cursor?
        let start = try at(0).milliseconds
        repeat {
            let page = try site.ask(FindAttendance(schoolClass: schoolClass, after: after, limit: 500), as: Self.staff)
            for card in page.items {
                all += card.marks.map {
                    "\(card.registration) \($0.session) \($0.device ?? $0.way.rawValue) +\(($0.at.milliseconds - start) / 60_000)"
                }
            }
            after = page.next
        } while after != nil
        return all
    }
}

extension StoreSnapshot {
    fileprivate func schoolKey(_ secret: SchoolSecret) throws -> SigningKey? {
        try value("SELECT value FROM secret WHERE name = ?", secret.name, as: [UInt8].self).map {
            try SigningKey(pem: $0)
        }
    }
}

import Crypto
import Messages
import PluginKit
import SchoolContracts
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("签到与离线合并")
struct SchoolAttendanceTests {
    @Test("A ticket is read back, and is worth nothing with a changed byte, another issue or another class's key")
    func tickets() async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        let text = try lessons.ticket(id)
        let key = try lessons.ticketKey().verifyingKey
        #expect(text.utf8.count < 120)
        let read = try #require(Ticket.read(text))
        #expect(read.ticket == Ticket(registration: id, issue: 1))
        #expect(read.isSigned(by: key))
        #expect(try !read.isSigned(by: SigningKey.generate().verifyingKey))
        let other = try #require(Ticket.read(text.replacing(".1.", with: ".2.")))
        #expect(!other.isSigned(by: key))
        for broken in [
            "", "S1", text + "A", String(text.dropLast()), text.replacing("S1.", with: "S2."),
            text.replacing(".1.", with: ".01."), id.description,
        ] {
            #expect(Ticket.read(broken) == nil, "\(broken)")
        }
    }

    @Test(
        "Two devices with 2,000 scans each, duplicates and forgeries planted: exact attendance, whichever comes first")
    func merge() async throws {
        let crowd = try await Crowd(people: 400)
        let first = crowd.device("东门", from: 0, to: 280, seed: 1)
        let second = crowd.device("西门", from: 170, to: 400, seed: 2)
        #expect(first.scans.count == 2000 && second.scans.count == 2000)
        var merged = 0
        for (device, scans) in [(second.device, second.scans), (first.device, first.scans)] {
            for start in stride(from: 0, to: scans.count, by: 500) {
                merged += try await crowd.lessons.merge(device, Array(scans[start..<start + 500])).results.count
            }
        }
        #expect(merged == 4000)
        let summary = try crowd.lessons.site.ask(
            GetAttendance(schoolClass: crowd.lessons.schoolClass), as: Lessons.staff)
        #expect(summary.enrolled == 400)
        let session = try #require(summary.sessions.first)
        let expected = crowd.expected(first, second)
        #expect(session.present == expected.presences.count)
        #expect(session.scans == 4000)
        #expect(session.duplicates == expected.duplicates)
        #expect(session.conflicts == expected.conflicts)
        #expect(try crowd.lessons.presences() == expected.presences)
        // A device that never heard the answer sends everything again: nothing changes.
        try await crowd.lessons.merge(first.device, Array(first.scans.prefix(500)))
        #expect(try crowd.lessons.presences() == expected.presences)
        #expect(
            try crowd.lessons.site.ask(GetAttendance(schoolClass: crowd.lessons.schoolClass), as: Lessons.staff)
                == summary)
    }

    @Test(
        "The earliest scan counts, whatever the order of arrival; the later one says where the person was before",
        arguments: [false, true])
    func order(isReversed: Bool) async throws {
        let lessons = try await Lessons()
        let id = try await lessons.register(1).registration
        let ticket = try lessons.ticket(id)
        try await lessons.go(to: 10)
        let early = try lessons.scan(ticket, at: 1)
        let late = try lessons.scan(ticket, at: 2)
        let parts = [("东门", [early]), ("西门", [late])]
        for (device, scans) in isReversed ? parts.reversed() : parts { try await lessons.merge(device, scans) }
        #expect(try lessons.presences() == ["\(id) 1 东门 +1"])
        let seen = try #require(
            try lessons.site.ask(FindScans(schoolClass: lessons.schoolClass), as: Lessons.staff).items.first)
        #expect(seen.id == late.id)
        #expect(seen.outcome == .duplicate)
        #expect(seen.countedBy == "东门")
    }

    @Test("What does not count, and why")
    func conflicts() async throws {
        let lessons = try await Lessons(capacity: 3)
        let first = try await lessons.register(1).registration
        let second = try await lessons.register(2).registration
        let old = try lessons.ticket(first)
        let pass = try lessons.detail(first).code
        _ = try await lessons.site.tell(
            SubstituteParticipant(registration: first, participant: Lessons.person(7), consent: true),
            as: Lessons.enterprise(1))
        #expect(await refusal { _ = try lessons.site.ask(GetPass(id: first, code: pass)) }?.status == 404)
        let new = try #require(try lessons.site.ask(GetPass(id: first, code: lessons.detail(first).code)).ticket)
        try await lessons.step(second, .cancel)
        try await lessons.go(to: 5)
        let foreign = try Ticket(registration: try #require(RegistrationID("K2026-009-0001")), issue: 1).signed(
            by: lessons.ticketKey())
        let forged = try Ticket(registration: first, issue: 2).signed(by: SigningKey.generate())
        let outcomes = try await lessons.outcomes(
            "东门",
            [
                lessons.scan(old, at: 0), lessons.scan(new, at: 1), lessons.scan(lessons.ticket(second), at: 1),
                lessons.scan(foreign, at: 1),
                lessons.scan(forged, at: 1), lessons.scan("https://example.com", at: 1), lessons.scan(new, at: -181),
                lessons.scan(new, at: 60),
                lessons.scan(first.description, at: 2),
            ])
        #expect(
            outcomes == [
                .replaced, .counted, .notEnrolled, .foreign, .forged, .unreadable, .outOfTime, .outOfTime, .duplicate,
            ])
        #expect(try lessons.presences() == ["\(first) 1 东门 +1"])
        #expect(
            try lessons.site.ask(FindScans(schoolClass: lessons.schoolClass, conflicts: true), as: Lessons.staff).items
                .count == 7)
        let told = try lessons.site.events(ScansMerged.self)
        #expect(told.map(\.conflicts) == [7] && told.map(\.counted) == [1] && told.map(\.duplicates) == [1])
    }

    @Test("At the counter, from a list afterwards, taken back, scanned again")
    func byHand() async throws {
        let lessons = try await Lessons(capacity: 3)
        let ids = try await [lessons.register(1).registration, lessons.register(2).registration]
        func checkIn(
            _ ids: [RegistrationID], _ way: CheckInWay, at minutes: Int? = nil, as actor: Actor = Lessons.staff
        ) async throws -> CheckInReceipt {
            try await lessons.site.tell(
                CheckIn(
                    schoolClass: lessons.schoolClass, session: 1, registrations: ids, way: way,
                    at: minutes.map { try lessons.at($0) }), as: actor)
        }
        // Ten days before the start.
        #expect(await refusal { _ = try await checkIn(ids, .counter) }?.faults.map(\.field) == ["at"])
        try await lessons.go(to: 30)
        #expect(try await checkIn([ids[0]], .counter).counted == [ids[0]])
        #expect(try await checkIn(ids, .manual, at: 40 - 15).known == [])
        #expect(try lessons.presences() == ["\(ids[0]) 1 manual +25", "\(ids[1]) 1 manual +25"])
        #expect(try await checkIn(ids, .counter).known == ids)
        let faults = await refusal {
            _ = try await checkIn([try #require(RegistrationID("K2026-001-0099")), ids[0]], .scan, at: 31)
        }?.faults
        #expect(faults?.map(\.field) == ["way", "registrations/0"])
        #expect(
            await refusal { _ = try await checkIn(ids, .counter, as: Lessons.other) }?.code == "school.region-not-yours"
        )

        let withdrawal = WithdrawCheckIn(
            schoolClass: lessons.schoolClass, session: 1, registration: ids[0], reason: "登记错人")
        _ = try await lessons.site.tell(withdrawal, as: Lessons.staff)
        #expect(
            await refusal { _ = try await lessons.site.tell(withdrawal, as: Lessons.staff) }?.code
                == "school.not-present")
        let scan = try lessons.scan(lessons.ticket(ids[0]), at: 29)
        #expect(try await lessons.outcomes("东门", [scan]) == [.counted])
        _ = try await lessons.site.tell(withdrawal, as: Lessons.staff)
        // The same scan sent again does not bring the presence back; a new one does.
        #expect(try await lessons.outcomes("东门", [scan]) == [.withdrawn])
        #expect(try lessons.presences() == ["\(ids[1]) 1 manual +25"])
        #expect(try await lessons.outcomes("东门", [lessons.scan(lessons.ticket(ids[0]), at: 30)]) == [.counted])
    }

    @Test("Whoever comes to the door without a registration is written down while there are seats")
    func walkIn() async throws {
        let lessons = try await Lessons(capacity: 2, needsApproval: true)
        try await lessons.go(to: 5)
        func register(_ serial: Int, as actor: Actor) async throws -> RegistrationState? {
            let enterprise = Rights.isStaff(actor) ? try DemoEnterprise.make(serial) : nil
            return try await lessons.site.tell(
                Register(
                    schoolClass: lessons.schoolClass, participants: [Lessons.person(serial)], enterprise: enterprise,
                    consent: true), as: actor
            ).results.first?.state
        }
        #expect(await refusal { _ = try await register(1, as: Lessons.enterprise(1)) }?.code == "school.not-open")
        #expect(await refusal { _ = try await register(1, as: Lessons.other) }?.code == "school.not-open")
        #expect(try await register(1, as: Lessons.staff) == .enrolled)
        #expect(try await register(2, as: Lessons.staff) == .enrolled)
        #expect(await refusal { _ = try await register(3, as: Lessons.staff) }?.message.contains("空余名额 0 个") == true)
    }

    @Test("A door knows the enrolled and the class's key, and no name in full")
    func door() async throws {
        let lessons = try await Lessons(capacity: 1)
        let id = try await lessons.register(1).registration
        try await lessons.register(2)
        let door = try lessons.site.ask(GetDoor(schoolClass: lessons.schoolClass, session: 1), as: Lessons.staff)
        #expect(door.roster.map(\.registration) == [id])
        let key = try VerifyingKey(pem: Array(door.key.utf8))
        #expect(try #require(Ticket.read(lessons.ticket(id))).isSigned(by: key))
        let answer = await lessons.site.call(
            "GET", "/api/test/school/classes/\(lessons.schoolClass)/door?session=1", as: Lessons.staff)
        #expect(answer.status == 200)
        #expect(!answer.text.contains("测试人员1"))
        #expect(
            await refusal {
                _ = try lessons.site.ask(GetDoor(schoolClass: lessons.schoolClass, session: 9), as: Lessons.staff)
            }?.status == 404)
    }
}

/// Many people in one class, and two devices that scan them; what must come out is worked out from the list alone.
private struct Crowd {
    let lessons: Lessons
    let ids: [RegistrationID]
    let tickets: [String]
    /// Of the session.
    let start: Timestamp

    struct Device {
        var device: String
        var scans: [ScanDraft]
        /// Whose good ticket it was; `nil` for what was planted.
        var whose: [Int?]
    }

    init(people: Int) async throws {
        let lessons = try await Lessons(capacity: 1000, perEnterprise: 500)
        var ids: [RegistrationID] = []
        for start in stride(from: 0, to: people, by: 50) {
            let drafts = try (start..<start + 50).map { try Lessons.person($0) }
            let receipt = try await lessons.site.tell(
                Register(schoolClass: lessons.schoolClass, participants: drafts, consent: true),
                as: Lessons.enterprise(1 + start / 500))
            ids += receipt.results.map(\.registration)
        }
        let key = try lessons.ticketKey()
        self.ids = ids
        tickets = try ids.map { try Ticket(registration: $0, issue: 1).signed(by: key) }
        self.lessons = lessons
        start = try lessons.at(0)
        try await lessons.go(to: 60)
    }

    /// 2,000 scans: everybody of the range once, every twentieth scan a ticket with a changed byte, the rest people of the range again.
    func device(_ name: String, from: Int, to: Int, seed: Int) -> Device {
        var device = Device(device: name, scans: [], whose: [])
        for index in 0..<2000 {
            let isPlanted = index % 20 == 7
            let person = index < to - from ? from + index : from + (index * 7919 + seed) % (to - from)
            let ticket =
                isPlanted
                ? tickets[person].replacing(".1.", with: ".2.") : tickets[person]
            let minute = (index * 31 + seed * 17) % 55
            device.scans.append(ScanDraft(id: lessons.site.bus.ids.next(), ticket: ticket, at: start.advanced(by: .seconds(minute * 60))))
            device.whose.append(isPlanted ? nil : person)
        }
        return device
    }

    func expected(_ devices: Device...) -> (presences: [String], duplicates: Int, conflicts: Int) {
        var earliest: [Int: (at: Timestamp, device: String, id: String)] = [:]
        var valid = 0
        for device in devices {
            for (scan, person) in zip(device.scans, device.whose) {
                guard let person else { continue }
                valid += 1
                let own = (at: scan.at, device: device.device, id: scan.id.description)
                if let known = earliest[person], (known.at, known.device, known.id) < own { continue }
                earliest[person] = own
            }
        }
        let presences = earliest.sorted { $0.key < $1.key }.map {
            "\(ids[$0.key]) 1 \($0.value.device) +\(($0.value.at.milliseconds - start.milliseconds) / 60_000)"
        }
        return (presences, valid - earliest.count, devices.reduce(0) { $0 + $1.scans.count } - valid)
    }
}

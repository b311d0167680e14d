import Foundation
import SchoolContracts
import Store
import TestKit
import Testing
import Vocabulary

@testable import SchoolPlugin

@Suite("旧版数据升级")
struct SchoolMigrationTests {
    @Test("A file of the first version is brought up to date with its rows")
    func upgrade() async throws {
        try await Tool.withFolder { folder in
            let lanes = LanePool(threads: 1)
            defer { lanes.shutdown() }
            let clock = TestClock(Timestamp(milliseconds: 1_772_413_200_000))
            func file(_ migrations: [Migration]) -> StoreFile {
                StoreFile(path: "\(folder)/school.sqlite", migrations: migrations, lanes: lanes, clock: clock.source)
            }
            let rows = """
                INSERT INTO course VALUES ('C2026-001', '旧课程', 'other', 'enterprises', '430181', 6, '旧介绍', NULL, 1, 1);
                INSERT INTO class (id, course, region, state, capacity, taken, per_enterprise, needs_approval, opens_at, closes_at, offer_hours, starts_at,
                  ends_at, entered_at) VALUES ('K2026-001', 'C2026-001', '430181', 'published', 5, 1, 5, 0, 1, 2, 24, 3, 4, 1);
                INSERT INTO session VALUES ('K2026-001', 1, '第一讲', 'onsite', 3, 4, '教室', NULL, NULL, 0, 1, 0, NULL);
                INSERT INTO registration (id, class, serial, state, enterprise_code, enterprise_name, person, name, mobile, is_on_behalf, entered_by,
                  entered_at, since) VALUES ('K2026-001-0001', 'K2026-001', 1, 'enrolled', '91430000MA0D020125', '旧企业', 'p1', 'n', 'm', 0, 'a', 1, 1)
                """
            let first = Migrations.all[0]
            let old = file([Migration(1, first.name, first.sql + "\n" + rows)])
            try old.open()
            old.close()
            let new = file([Migration(1, first.name, first.sql + "\n" + rows)] + Migrations.all.dropFirst())
            try new.open()
            let (issue, percent) = try new.read { (snapshot: StoreSnapshot) throws in
                (
                    try snapshot.value("SELECT issue FROM registration", as: Int.self),
                    try snapshot.value("SELECT attendance_percent FROM class", as: Int.self)
                )
            }
            #expect(issue == 1)
            #expect(percent == 80)
            new.close()
        }
    }
}

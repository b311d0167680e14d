import Bus
import Foundation
import Gateway
import Host
import HotlineContracts
import HotlinePlugin
import Identity
import Messages
import Pages
import PluginKit
import Store
import Vocabulary

/// A hotline with a million work orders, 30,000 of them under way: the pages that its people look at all day, from query to markup.
struct HotlineBench {
    let place: Workplace
    static let orders = 1_000_000
    static let open = 30_000

    func run(into report: inout Report) async throws {
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let clock = TimeSource.system
        let site = try await Site(
            card: SiteCard(id: "bench", title: "测量", region: RegionCode("430000")), folder: try place.room("hotline"),
            settings: ["hotline": .object([])],
            installed: [InstalledPlugin(Hotline.self)],
            surroundings: Site.Surroundings(
                lanes: lanes, passwords: PasswordWorkers(threads: 1, logN: 10), clock: clock, ids: .system(clock),
                reference: try ReferenceData.loadLocated(),
                log: .silent))
        try site.open()
        let started = LoadGenerator.now()
        try await fill(site)
        report.add("hotline.fill", Double(LoadGenerator.now() - started) / 1_000_000_000, "s")
        for (name, actor) in actors {
            report.add("hotline.queue.\(name).p99", try await page("/hotline/desk", actor, site), "ms")
        }
        for (name, actor) in actors {
            report.add("hotline.closed.\(name).p99", try await page("/hotline/desk?closed=yes", actor, site), "ms")
        }
        report.add("hotline.supervision.p99", try await page("/hotline/supervision", actors[0].actor, site), "ms")
        report.add(
            "hotline.queue.p99", report.readings.filter { $0.name.hasPrefix("hotline.queue.") }.map(\.value).max() ?? 0,
            "ms")
        report.add("hotline.lookup.p99", try lookUp(site), "ms")
        await site.close()
    }

    private var actors: [(name: String, actor: Actor)] {
        func person(_ role: Role, _ region: String?, _ code: String? = nil) -> Actor {
            Actor(
                kind: .person, id: "bench-\(role.rawValue)-\(region ?? "")", name: "测量",
                grants: [Grant(role, in: region.flatMap { RegionCode($0) })],
                organisation: code.flatMap { CreditCode($0) })
        }
        return [
            ("province", person(.provinceStaff, nil)), ("city", person(.cityStaff, "430100")),
            ("county", person(.windowStaff, "430103")),
            // A department with a fortieth of the orders, and one with none.
            ("department", person(.departmentHandler, "430000", "11430000MA0D03015X")),
            ("idle", person(.departmentHandler, "430000", "11430000MA0D03023Q")),
        ]
    }

    private func fill(_ site: Site) async throws {
        for number in 0..<40 {
            guard let id = UnitID("unit-\(number)"), let region = RegionCode("430000") else { continue }
            _ = try await site.bus.tell(
                SetUnit(
                    id: id, title: "测量单位\(number)", region: region,
                    creditCode: number == 0 ? CreditCode("11430000MA0D03015X") : nil, categories: ["05"]),
                as: .system("bench"))
        }
        guard let file = site.face.parts.first?.plug?.file, let digest = Self.code?.digest(for: "hotline") else {
            throw BenchError("no file to fill")
        }
        let now = TimeSource.system.now.milliseconds
        for start in stride(from: 1, through: Self.orders, by: 50_000) {
            try await file.write { writer in
                _ = try writer.run(
                    """
                    WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2), m AS (
                      SELECT i, CAST(430000 + (1 + i % 14) * 100 + (i / 14) % 9 AS TEXT) AS region, i > ?3 AS live FROM n)
                    INSERT INTO work_order (id, number, state, region, category, urgency, channel, is_confidential, title, content, lookup, owner_unit, due_at,
                      is_open, is_overdue, registered_at)
                    SELECT i, 'HT202601' || printf('%02d', 1 + i % 28) || '-' || region || '-' || printf('%07d', i),
                      CASE WHEN live THEN CASE i % 5 WHEN 0 THEN 'registered' WHEN 1 THEN 'dispatching' WHEN 2 THEN 'dispatched' WHEN 3 THEN 'handling' ELSE 'concluded' END
                        ELSE 'archived' END,
                      region, printf('%02d', 1 + i % 9), CASE WHEN i % 9 = 0 THEN 'urgent' ELSE 'normal' END, 'telephone', i % 50 = 0, '演示事项' || i,
                      '演示：企业反映的事项，内容若干。', ?4, 'unit-' || (i % 40), CASE WHEN live THEN ?5 + (i * 7919) % 1000000 * 1000 END, live,
                      live AND i % 20 = 0, ?5 - (?3 - i) * 1000
                    FROM m
                    """, start, min(start + 49_999, Self.orders), Self.orders - Self.open, digest, now)
            }
        }
    }

    private static let code = LookupCode("K7QP-3M9X-W2RT")

    /// 99th percentile of a page's answer, in milliseconds.
    private func page(_ path: String, _ actor: Actor, _ site: Site) async throws -> Double {
        var times: [Double] = []
        for _ in 0..<200 {
            let start = LoadGenerator.now()
            let reply = try await site.face.reply(
                "GET", path, fields: [], files: [], as: actor, id: site.bus.ids.next(), now: TimeSource.system.now)
            times.append(Double(LoadGenerator.now() - start) / 1_000_000)
            guard case .page(let page) = reply, page.status == 200 else { throw BenchError("\(path) is no page") }
        }
        return times.sorted()[197]
    }

    private func lookUp(_ site: Site) throws -> Double {
        var times: [Double] = []
        for step in 0..<2000 {
            let i = 1 + step * 499
            let region = 430_000 + (1 + i % 14) * 100 + (i / 14) % 9
            let serial = String(repeating: "0", count: 7 - String(i).count) + String(i)
            let day = 1 + i % 28
            guard let number = OrderNumber("HT202601\(day < 10 ? "0" : "")\(day)-\(region)-\(serial)") else {
                throw BenchError("no number")
            }
            let start = LoadGenerator.now()
            guard try site.bus.ask(LookUpOrder(number: number, code: "K7QP-3M9X-W2RT"), as: .visitor).number == number
            else { throw BenchError("wrong order") }
            times.append(Double(LoadGenerator.now() - start) / 1_000_000)
        }
        return times.sorted()[1979]
    }
}

import FoundationEssentials
import Glibc
import Identity
import Messages
import Store
import Testing
import Vocabulary

@testable import Host

@Suite("体检")
struct DoctorTests {
    private static let now = Timestamp(milliseconds: 1_767_225_600_000)

    private static func machine(
        free: UInt64 = 100 << 30, lacks: [Confinement.Lack] = [], isClockKept: Bool? = true, now: Timestamp = now
    ) -> Doctor.Machine {
        Doctor.Machine(now: now, disk: { _ in (free, 200 << 30, .max) }, lacks: lacks, isClockKept: isClockKept, mostFiles: 65_536)
    }

    private func examine(_ place: Workplace, _ machine: Doctor.Machine = machine()) -> Doctor {
        var doctor = Doctor(machine)
        doctor.examine(configs: place.configs, plugins: Workplace.plugins, data: nil, checksLogs: true)
        return doctor
    }

    private func texts(_ doctor: Doctor, _ grade: Doctor.Finding.Grade, _ area: String) -> [String] {
        doctor.findings.filter { $0.grade == grade && $0.area == area }.map(\.text)
    }

    /// A site with one log of two entries.
    private func site(_ place: Workplace) throws {
        try place.fill()
        for folder in [place.data, place.data + "/hunan"] { try #require(mkdir(folder, 0o700) == 0) }
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let file = StoreFile(path: place.data + "/hunan/registry.sqlite", migrations: [], lanes: lanes, clock: TimeSource { Self.now })
        try file.open()
        file.close()
        for name in FileSurvey.names(place.data + "/hunan") {
            var times = [timespec(tv_sec: Int(Self.now.milliseconds / 1000), tv_nsec: 0), timespec(tv_sec: Int(Self.now.milliseconds / 1000), tv_nsec: 0)]
            utimensat(AT_FDCWD, place.data + "/hunan/\(name)", &times, 0)
        }
    }

    @Test("every finding but a good one says what to do next")
    func nextSteps() throws {
        let place = Workplace()
        try site(place)
        chmod(place.data + "/hunan/registry.sqlite", 0o644)
        let doctor = examine(place, Self.machine(free: 1 << 20, lacks: [.seccomp], isClockKept: false))
        #expect(doctor.findings.allSatisfy { $0.grade == .good || !$0.next.isEmpty })
        #expect(doctor.findings.count { $0.grade != .good } >= 5)
    }

    @Test("a folder as it should be has no faults besides the missing certificate")
    func good() throws {
        let place = Workplace()
        try site(place)
        let doctor = examine(place)
        #expect(Set(doctor.findings.filter { $0.grade == .fault }.map(\.area)) == ["配置"], "\(doctor.findings)")
        #expect(texts(doctor, .good, "事件日志").count == 1)
        #expect(texts(doctor, .good, "文件权限").count == 1)
    }

    @Test("files that others may read are found, with the command that mends them")
    func rights() throws {
        let place = Workplace()
        try site(place)
        chmod(place.data + "/hunan/registry.sqlite", 0o640)
        let found = examine(place).findings.filter { $0.area == "文件权限" }
        #expect(found.map(\.grade) == [.fault])
        #expect(found[0].next.hasPrefix("执行 chmod 600 ") && found[0].next.hasSuffix("/data/hunan/registry.sqlite"))
        chmod(place.data + "/hunan/registry.sqlite", 0o600)
        chmod(place.data, 0o755)
        #expect(examine(place).findings.contains { $0.next.hasPrefix("执行 chmod 700 ") && $0.next.hasSuffix("/data") })
    }

    @Test("a log that is no log is found, and the others are still looked at")
    func logs() throws {
        let place = Workplace()
        try site(place)
        try place.write("data/hunan/hotline.sqlite", "not a database, not at all, not even of some length that could be one")
        let faults = texts(examine(place), .fault, "事件日志")
        #expect(faults.count == 1)
        #expect(faults[0].contains("hunan/hotline"))
    }

    @Test("little room is a notice, hardly any a fault", arguments: [(UInt64(1) << 30, Doctor.Finding.Grade.notice), (100 << 20, .fault), (100 << 30, .good)])
    func disk(free: UInt64, grade: Doctor.Finding.Grade) throws {
        let place = Workplace()
        try site(place)
        #expect(examine(place, Self.machine(free: free)).findings.filter { $0.area == "磁盘" }.map(\.grade) == [grade])
    }

    @Test("a clock before the program, one that nobody keeps, and files from the future are found")
    func clock() throws {
        let place = Workplace()
        try site(place)
        #expect(!texts(examine(place, Self.machine(now: Timestamp(milliseconds: 0))), .fault, "时钟").isEmpty)
        #expect(texts(examine(place, Self.machine(isClockKept: false)), .notice, "时钟").count == 1)
        #expect(texts(examine(place, Self.machine(now: Self.now.advanced(by: .seconds(-3600)))), .fault, "时钟").count == 1)
    }

    @Test("a contract that was recorded with an empty list of fields is found, with the next step; the version after it settles it")
    func contracts() async throws {
        let place = Workplace()
        try place.fill()
        let added = await place.run(
            "partner add --site changsha --client tax-01 --name 纳税查询 --organisation 11430000MB0DEM009R --organisation-name 演示·税务局")
        try #require(added.code == 0, "\(added)")
        func record(_ version: Int, _ terms: PartnerContract.Terms) async throws {
            let contract = PartnerContract(
                purpose: "核验纳税信用", validFrom: try #require(Day("2025-01-01")), validUntil: try #require(Day("2026-12-31")), ratePerMinute: 60, dailyQuota: 100,
                messages: [terms])
            let json = String(decoding: try JSON.encode(contract), as: UTF8.self)
            let lanes = LanePool(threads: 1)
            let file = StoreFile(
                path: "\(place.data)/changsha/\(IdentityStore.fileName)", migrations: IdentityStore.migrations, lanes: lanes, clock: TimeSource { Self.now })
            try file.open()
            try await file.write { writer in
                _ = try writer.run(
                    "INSERT INTO partner_contract(client, version, json, valid_from, valid_until, recorded_at) VALUES('tax-01', ?, ?, '2025-01-01', '2026-12-31', 0)",
                    version, json)
            }
            file.close()
            lanes.shutdown()
        }
        #expect(examine(place).findings.filter { $0.area == "合作方合约" }.isEmpty)
        try await record(1, .init("registry.find-nodes.v1", fields: ["nodes/*/id"], requestFields: []))
        let found = examine(place).findings.filter { $0.area == "合作方合约" }
        #expect(found.map(\.grade) == [.notice])
        #expect(found.first?.text.contains("changsha 的 tax-01 第 1 版") == true && found.first?.text.hasSuffix("registry.find-nodes.v1 requestFields") == true)
        #expect(found.first?.next.contains("shuniu partner contract") == true)
        try await record(2, .init("registry.find-nodes.v1", fields: ["nodes/*/id"]))
        #expect(examine(place).findings.filter { $0.area == "合作方合约" }.isEmpty)
    }

    @Test("what the kernel lacks is said; the exit code is that of faults only")
    func kernel() async throws {
        let place = Workplace()
        try site(place)
        let doctor = examine(place, Self.machine(lacks: [.seccomp]))
        #expect(texts(doctor, .notice, "内核") == [Confinement.Lack.seccomp.chinese])
        let run = await place.run("doctor --quick")
        #expect(run.code == 1, "the certificate is missing")
        #expect(run.output.contains("下一步：") && run.error.contains("发现"))
    }
}

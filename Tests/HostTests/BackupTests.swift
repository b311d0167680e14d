import FoundationEssentials
import Glibc
import Identity
import Messages
import Store
import Testing
import Vocabulary

@testable import Host

enum IdentityFile { static let migrations = IdentityStore.migrations }

@Suite("备份与核对")
struct BackupTests {
    /// A data folder with one site, three audit lines and one attachment.
    private func filled() async throws -> Workplace {
        let place = Workplace()
        try place.fill()
        for name in ["li.hong", "wang.wei", "zhao.an"] {
            #expect(await place.run("account add --site hunan --login \(name) --name 某人").code == 0)
        }
        _ = try FileStore(folder: place.data + "/hunan/files").keep(Array("%PDF-1.4 demo".utf8), name: "a.pdf")
        return place
    }

    /// Changes bytes of a closed file.
    private func damage(_ path: String, replacing old: String, with new: String) throws {
        var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
        let found = try #require(bytes.firstRange(of: Array(old.utf8)))
        bytes.replaceSubrange(found, with: Array(new.utf8))
        try Data(bytes).write(to: URL(filePath: path))
    }

    @Test("a backup restored into an empty folder has the same accounts, log and attachments")
    func roundTrip() async throws {
        let place = try await filled()
        let backup = await place.run("backup --data \(place.data) --to \(place.folder)/copy")
        #expect(backup.code == 0, "\(backup.error)")
        #expect(backup.output.contains("3 条日志"))
        #expect(backup.output.contains("1 个附件"))
        let restore = await place.run("restore --from \(place.folder)/copy --data \(place.folder)/new")
        #expect(restore.code == 0, "\(restore.error)")
        #expect(!place.exists("new/_restoring"))
        #expect(await place.run("log verify --data \(place.folder)/new").output.contains("hunan/_identity：完好，共 3 条"))
        #expect(
            await place.run("account list --site hunan --data \(place.folder)/new").output
                == place.run("account list --site hunan --data \(place.data)").output)
        #expect(await place.run("account disable --site hunan --login li.hong --data \(place.folder)/new").code == 0)
    }

    @Test("one site is taken out of a backup of two, whole and verified, beside sites that are there already")
    func oneSite() async throws {
        let place = try await filled()
        for folder in [place.data + "/changsha", place.data + "/changsha/files"] { try #require(mkdir(folder, 0o700) == 0) }
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        let file = StoreFile(path: place.data + "/changsha/registry.sqlite", migrations: [], lanes: lanes, clock: TimeSource.system)
        try file.open()
        file.close()
        _ = try FileStore(folder: place.data + "/changsha/files").keep(Array("%PDF-1.4 other".utf8), name: "b.pdf")
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").output.contains("2 个附件"))

        let absent = await place.run("restore --from \(place.folder)/copy --data \(place.folder)/new --site hunann")
        #expect(absent.code == 1 && absent.error.contains("是否想写“hunan”"))
        let one = await place.run("restore --from \(place.folder)/copy --data \(place.folder)/new --site changsha")
        #expect(one.code == 0 && one.output.contains("1 个站点，1 个数据库，1 个附件"), "\(one.error)")
        #expect(!place.exists("new/hunan") && place.exists("new/changsha/registry.sqlite"))
        #expect(await place.run("restore --from \(place.folder)/copy --data \(place.folder)/new --site changsha").error.contains("已有站点 changsha"))
        // Beside it, which a whole restore would refuse.
        #expect(await place.run("restore --from \(place.folder)/copy --data \(place.folder)/new --site hunan").code == 0)
        #expect(await place.run("log verify --data \(place.folder)/new").output.contains("hunan/_identity：完好，共 3 条"))
        #expect(await place.run("account list --site hunan --data \(place.folder)/new").output == place.run("account list --site hunan --data \(place.data)").output)
        // A fault of its own stops it; one of the other site does not.
        try damage("\(place.folder)/copy/hunan/_identity.sqlite", replacing: "\"event\":\"account-created\"", with: "\"event\":\"account-creatod\"")
        #expect(await place.run("restore --from \(place.folder)/copy --data \(place.folder)/third --site changsha").code == 0)
        #expect(await place.run("restore --from \(place.folder)/copy --data \(place.folder)/fourth --site hunan").code == 1)
        #expect(!place.exists("fourth/hunan"))
    }

    @Test("nothing is overwritten: backup and restore want empty folders")
    func emptyOnly() async throws {
        let place = try await filled()
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").code == 0)
        let again = await place.run("backup --data \(place.data) --to \(place.folder)/copy")
        #expect(again.code == 1)
        #expect(again.error.contains("不为空"))
        let over = await place.run("restore --from \(place.folder)/copy --data \(place.data)")
        #expect(over.code == 1)
        #expect(over.error.contains("不为空"))
        #expect(
            await place.run("restore --from \(place.folder)/nothing --data \(place.folder)/new").error.contains(
                "manifest.json"))
    }

    @Test("A site that is restored beside one that has heard more of it passes over those numbers and says so; its log verifies and goes on behind them")
    func besideOneThatIsAhead() async throws {
        let place = Workplace()
        try place.fill()
        for folder in [place.data, place.data + "/hunan", place.data + "/changsha"] { try #require(mkdir(folder, 0o700) == 0) }
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        for path in ["hunan/market", "changsha/market"] {
            let file = StoreFile(path: "\(place.data)/\(path).sqlite", migrations: [Migration(1, "create a", "CREATE TABLE a (n INTEGER) STRICT")], lanes: lanes, clock: TimeSource.system)
            try file.open()
            file.close()
        }
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").code == 0)
        // 长沙 has read four entries of 湖南 that are not in the copy.
        let reader = StoreFile(path: place.data + "/changsha/market.sqlite", migrations: [Migration(1, "create a", "CREATE TABLE a (n INTEGER) STRICT")], lanes: lanes, clock: TimeSource.system)
        _ = try await reader.write { try $0.moveCursor("hunan/market", to: 4) }
        reader.close()
        try FileManager.default.removeItem(atPath: place.data + "/hunan")

        let restored = await place.run("restore --from \(place.folder)/copy --data \(place.data) --site hunan")
        #expect(restored.code == 0 && restored.output.contains("hunan/market：本机的 changsha/market 已收到第 1…4 号"), "\(restored.error)")
        #expect(await place.run("log verify --data \(place.data) --site hunan").output.contains("hunan/market：完好，共 4 条"))
        #expect(try StoreView(path: place.data + "/hunan/market.sqlite").read { try $0.lastLogSeq() } == 4)
    }

    @Test("in a copy no cursor stands behind the end of the log beside it")
    func cursorsOfACopy() async throws {
        let place = Workplace()
        try place.fill()
        for folder in [place.data, place.data + "/hunan"] { try #require(mkdir(folder, 0o700) == 0) }
        let lanes = LanePool(threads: 1)
        defer { lanes.shutdown() }
        // 甲 has read four entries of 乙, of which the copy gets none, as if 乙 had been copied before they came.
        for (name, cursor) in [("market", Int64(4)), ("registry", 0)] {
            let file = StoreFile(path: place.data + "/hunan/\(name).sqlite", migrations: [], lanes: lanes, clock: TimeSource.system)
            try file.open()
            _ = try await file.write { if cursor > 0 { try $0.moveCursor("registry", to: cursor) } }
            file.close()
        }
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").code == 0)
        func cursor(_ folder: String) throws -> Int64? { try StoreView(path: folder + "/hunan/market.sqlite").read { try $0.cursors()["registry"] } }
        #expect(try cursor(place.data) == 4)
        #expect(try cursor("\(place.folder)/copy") == 0)
        #expect(await place.run("restore --from \(place.folder)/copy --data \(place.folder)/new").code == 0)
    }

    @Test("one changed byte in a log row is found by verify with site, plug-in and number, and stops backup")
    func changedByte() async throws {
        let place = try await filled()
        try damage(
            place.data + "/hunan/_identity.sqlite", replacing: "\"event\":\"account-created\"", with: "\"event\":\"account-creatod\"")
        let verdict = await place.run("log verify --data \(place.data)")
        #expect(verdict.code == 1)
        #expect(verdict.output.contains("hunan/_identity：第 2 条有误（内容与哈希不符）"), "\(verdict.output)")
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").code == 1)
        #expect(!place.exists("copy/manifest.json"))
    }

    @Test(
        "a changed backup is not restored, not even in part",
        arguments: ["log", "attachment", "manifest", "path", "missing"])
    func changedBackup(what: String) async throws {
        let place = try await filled()
        #expect(await place.run("backup --data \(place.data) --to \(place.folder)/copy").code == 0)
        let copy = place.folder + "/copy"
        switch what {
        case "log":
            try damage(
                copy + "/hunan/_identity.sqlite", replacing: "\"event\":\"account-created\"", with: "\"event\":\"account-creatod\"")
        case "attachment":
            let folder = copy + "/hunan/files"
            let outer = try #require(
                try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.count == 2 })
            let inner = try #require(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(outer)").first)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: "\(folder)/\(outer)/\(inner)")
            try damage("\(folder)/\(outer)/\(inner)", replacing: "demo", with: "memo")
        case "manifest": try damage(copy + "/manifest.json", replacing: "\"entries\":3", with: "\"entries\":2")
        case "path": try damage(copy + "/manifest.json", replacing: "hunan/_identity", with: "../../_identity")
        default: try FileManager.default.removeItem(atPath: copy + "/hunan/_identity.sqlite")
        }
        let restore = await place.run("restore --from \(copy) --data \(place.folder)/new")
        #expect(restore.code == 1, "\(restore)")
        #expect(!place.exists("new/hunan"))
    }
}

@Suite("日志")
struct LogTests {
    @Test("a line is one JSON object with level, time, code, site, plug-in and incident")
    func json() throws {
        let collector = LogCollector()
        let log = collector.log(clock: TimeSource { Timestamp(milliseconds: 0) })
        log(
            .warning, "bus.parked", "message \"parked\"\nagain", ("site", "hunan"), ("plugin", "registry"),
            ("incident", "AB12"), ("attempts", "5"))
        let text = try #require(collector.lines.first).text(.json)
        #expect(!text.contains("\n"))
        let value = try JSONValue(parsing: text)
        #expect(
            value.object?.map(\.key) == ["time", "level", "code", "site", "plugin", "incident", "message", "attempts"])
        #expect(value["message"] == "message \"parked\"\nagain")
        #expect(value["time"] == "1970-01-01T00:00:00.000Z")
    }

    @Test("logfmt quotes what needs it and never breaks a line")
    func logfmt() throws {
        let collector = LogCollector()
        collector.log()(.info, "a.b", "two words\nand=more", ("empty", ""), ("port", "8443"))
        let text = try #require(collector.lines.first).text(.logfmt)
        #expect(text.contains("message=\"two words\\nand=more\""))
        #expect(text.contains("empty=\"\" port=8443"))
        #expect(!text.contains("\n"))
    }

    @Test("lines below the level are not written", arguments: LogLevel.allCases)
    func levels(level: LogLevel) {
        let collector = LogCollector()
        let log = collector.log(level: level)
        for each in LogLevel.allCases { log(each, "a.b", "c") }
        #expect(collector.lines.map(\.level) == LogLevel.allCases.filter { $0 >= level })
    }
}

import Foundation
import Messages
import Network
import TestKit
import Testing

@Suite("The program in trouble")
struct TroubleTests {
    @Test(
        "磁盘写满：命令被明确拒绝，查询照常，腾出空间后无需重启即可继续，什么也没丢",
        .enabled(if: SmallDisk.isPossible, "a small disk cannot be mounted here; root may"))
    func fullDisk() async throws {
        let province = try await Province(disk: "4m")
        let client = try province.program.client()
        var acknowledged: Set<Int> = []
        var refusal: HTTPClient.Answer?
        for number in 1...2000 where refusal == nil {
            let answer = try province.mark(number, client)
            if answer.status == 200 { acknowledged.insert(number) } else { refusal = answer }
        }
        let refused = try #require(refusal, "the disk never was full")
        #expect(refused.status == 507)
        #expect(refused.headers["Content-Type"] == "application/problem+json")
        let problem = try JSONValue(parsing: refused.body)
        #expect(problem["code"]?.string == "store.disk-full")
        #expect(problem["detail"]?.string?.contains("磁盘已满") == true)
        #expect(refused.headers["Retry-After"] == "60")
        #expect(acknowledged.count > 5)

        #expect(Set(try province.listed()) == acknowledged, "reads go on")
        #expect(try province.program.client().get("/hunan/registry/coverage").status == 200)
        // What was swept or copied meanwhile may have made room for a few more; then it is full again.
        var again: Int?
        for number in 3001...3200 where again != 507 {
            again = try province.mark(number, client).status
            if again == 200 { acknowledged.insert(number) }
        }
        #expect(again == 507, "still full")

        try await province.disk?.grow(to: "16m")
        for number in 4001...4010 {
            #expect(try province.mark(number, client).status == 200)
            acknowledged.insert(number)
        }
        #expect(Set(try province.listed()) == acknowledged)
        #expect(await province.program.stop() == 0)
        #expect(Set(try province.logged()) == acknowledged)
        try await Province.expect(province.program.run("log", "verify"))
    }

    @Test("日志中改动一个字节：shuniu log verify 指出站点、插件和序号，退出码为 1")
    func tampering() async throws {
        let province = try await Province()
        let client = try province.program.client()
        for number in 1...12 { #expect(try province.mark(number, client).status == 200) }
        #expect(await province.program.stop() == 0)
        let before = try await Province.expect(province.program.run("log", "verify"))
        #expect(before.output.contains("全部完好"))

        // "第7号" stands in the unit's row, too; one digit of each becomes another.
        for path in [province.log, province.log + "-wal"] where FileManager.default.fileExists(atPath: path) {
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            while let range = bytes.range(of: Data("园区第7号".utf8)) { bytes[range.upperBound - 4] = UInt8(ascii: "8") }
            try bytes.write(to: URL(fileURLWithPath: path))
        }
        let after = try await province.program.run("log", "verify")
        #expect(after.code == 1)
        #expect(after.output.contains("hunan/registry：第 7 条有误（内容与哈希不符）"))
        #expect(after.output.contains("hunan/_identity：完好"))
        #expect(after.error.contains("1 个有误"))
    }

    @Test("一台主机 137 个站点：全部应答，停用插件的站点不留痕迹")
    func manySites() async throws {
        let program = try TestProgram()
        try await Province.expect(
            program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        let files = FileManager.default
        let sites = (1..<137).map { "site-\($0)" }
        for (index, site) in sites.enumerated() {
            let folder = "\(program.configs)/sites/\(site)"
            try files.createDirectory(atPath: folder + "/plugins", withIntermediateDirectories: true)
            try Data("{ title: '第\(index + 1)号平台', kind: 'county', region: '430181', parent: 'hunan' }".utf8).write(to: URL(fileURLWithPath: folder + "/site.json5"))
            // One of them has everything switched off.
            if index != 99 { try Data("{}".utf8).write(to: URL(fileURLWithPath: folder + "/plugins/registry.json5")) }
        }
        try await program.serve()
        let client = try program.client()
        let bare = "site-100"
        for site in sites {
            let home = try client.get("/\(site)/")
            #expect(home.status == 200, "\(site)")
            #expect(home.text.contains("平台网络地图") == (site != bare), "\(site)")
        }
        let home = try client.get("/\(bare)/").text
        for trace in ["registry", "平台网络", "覆盖", "申报", "名录"] { #expect(!home.contains(trace), "\(trace)") }
        #expect(try client.get("/\(bare)/registry/map").status == 404)
        #expect(try client.get("/api/\(bare)/registry/nodes").status == 404)
        #expect(try !client.get("/\(bare)/search?q=%E5%B9%B3%E5%8F%B0").text.contains("registry"))
        #expect(await program.stop() == 0)
        #expect(!files.fileExists(atPath: "\(program.data)/\(bare)/registry.sqlite"))
        #expect(files.fileExists(atPath: "\(program.data)/site-99/registry.sqlite"))
    }
}

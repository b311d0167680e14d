import Foundation
import Messages
import Network
import TestKit
import Testing

@Suite("商学院课堂和网上博览会按城市启用")
struct CityTests {
    private func answer(_ program: TestProgram, _ path: String) async throws -> HTTPClient.Answer {
        try await apart { try program.client(timeout: .seconds(60)).get(path) }
    }

    @Test("在一个城市启用、停用，主机不停：停用处页面和接口为 404、首页不再提到，另一城市照常；数据留着，再启用时原样在")
    func switched() async throws {
        let program = try TestProgram()
        try await Province.expect(
            program.run(
                "init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0")
        )
        let other = "\(program.configs)/sites/changsha"
        try FileManager.default.createDirectory(atPath: "\(other)/plugins", withIntermediateDirectories: true)
        try Data("{ title: '测试·长沙平台', kind: 'city', region: '430100', parent: 'hunan' }".utf8).write(
            to: URL(fileURLWithPath: "\(other)/site.json5"))
        for plugin in ["matching", "school", "expo"] {
            try Data("{}".utf8).write(
                to: URL(fileURLWithPath: "\(program.configs)/sites/hunan/plugins/\(plugin).json5"))
        }
        try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(other)/plugins/matching.json5"))
        try await Province.expect(program.run("demo"))
        try await program.serve()

        let lists = ["school": "/api/hunan/school/classes?limit=50", "expo": "/api/hunan/expo/booths?limit=50"]
        for (plugin, name) in [("school", "商学院课堂"), ("expo", "网上博览会")] {
            let list = try #require(lists[plugin])
            let front = plugin == "school" ? "/school/classes" : "/expo/"
            let before = try await answer(program, list)
            #expect(before.status == 200)
            #expect(try JSONValue(parsing: before.body)["items"]?.array?.isEmpty == false)

            // Not at the city yet; then there, empty, while the province's goes on.
            for path in ["/changsha\(front)", list.replacing("/hunan/", with: "/changsha/")] {
                #expect(try await answer(program, path).status == 404, "\(path)")
            }
            try await Province.expect(program.run("enable", plugin, "--site", "changsha"))
            #expect(try await answer(program, "/changsha\(front)").status == 200)
            #expect(try await answer(program, "/changsha/").text.contains(name))
            #expect(try await answer(program, list).text == before.text)

            // Away at the province; the city and the neighbours notice nothing.
            try await Province.expect(program.run("disable", plugin, "--site", "hunan"))
            for path in ["/hunan\(front)", list] { #expect(try await answer(program, path).status == 404, "\(path)") }
            #expect(try await !answer(program, "/hunan/").text.contains(name))
            #expect(try await answer(program, "/changsha\(front)").status == 200)
            #expect(try await answer(program, "/api/hunan/matching/policies?limit=1").status != 500)
            #expect(FileManager.default.fileExists(atPath: "\(program.data)/hunan/\(plugin).sqlite"))

            try await Province.expect(program.run("enable", plugin, "--site", "hunan"))
            #expect(try await answer(program, list).text == before.text)
            #expect(try await answer(program, "/hunan/").text.contains(name))
        }
        #expect(await program.stop() == 0)
    }
}

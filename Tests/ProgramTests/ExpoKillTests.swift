import Foundation
import Messages
import Network
import Store
import TestKit
import Testing

@Suite("The expo, killed while visitors leave cards")
struct ExpoKillTests {
    private static let rounds = ProcessInfo.processInfo.environment["SHUNIU_KILLS"].flatMap { Int($0) } ?? 3

    @Test("kill -9 while visitors leave their cards: each acknowledged card is a lead once, none is half there, every log verifies")
    func survivesKill() async throws {
        let program = try TestProgram()
        try await Province.expect(program.run("init", "--site", "hunan", "--kind", "hub", "--region", "430000", "--data", program.data, "--port", "0"))
        for plugin in ["matching", "expo"] { try Data("{}".utf8).write(to: URL(fileURLWithPath: "\(program.configs)/sites/hunan/plugins/\(plugin).json5")) }
        try await Province.expect(program.run("demo"))
        let file = "\(program.data)/hunan/expo.sqlite"
        let before = try Self.leads(file).rows.count
        let cards = KillLoad(client: { try program.client() }, ask: Self.leave, kill: { await program.end(SIGKILL) })
        for _ in 0..<Self.rounds {
            try await program.serve()
            #expect(await cards.run(clients: 4, until: Int.random(in: 1...40)) == -SIGKILL)
        }
        let (acknowledged, open) = cards.result
        #expect(acknowledged.count >= Self.rounds)

        try await program.serve()
        let client = try program.client()
        for number in Array(open) + acknowledged.prefix(20) { #expect(try Self.leave(number, client).status == 200) }
        #expect(await program.stop() == 0)
        let (rows, told) = try Self.leads(file)
        #expect(Set(told).count == told.count, "done twice")
        #expect(rows == Set(told), "state without event, or event without state")
        #expect(rows.count == before + acknowledged.union(open).count, "acknowledged but lost")
        #expect(try await program.run("log", "verify").code == 0)
    }

    /// A card of visitor `number`; the key says the number, so that a repeated command is the same command.
    private static func leave(_ number: Int, _ client: HTTPClient) throws -> HTTPClient.Answer {
        let year = Calendar(identifier: .gregorian).component(.year, from: .now)
        let body = #"{"kind":"card","name":"演示·来访人\#(number)","phone":"199\#(20_000_000 + number)","consent":true}"#
        return try client.request(
            .post, "/api/hunan/expo/booths/X\(year)-01-0001/leads",
            headers: ["Content-Type": "application/json", "Idempotency-Key": MessageID(high: 2, low: UInt64(number)).description], body: Array(body.utf8))
    }

    /// The leads in the table, and those that the log tells of.
    private static func leads(_ file: String) throws -> (rows: Set<String>, told: [String]) {
        try StoreView(path: file).read { snapshot in
            let rows = try snapshot.rows("SELECT id FROM lead") { try $0.get(0, as: MessageID.self).description }
            let told = try snapshot.log(after: 0, limit: 100_000).filter { $0.type.description == "expo.lead-left.v1" }
            return (Set(rows), told.compactMap { $0.subject.map { String($0.dropFirst("lead/".count)) } })
        }
    }
}

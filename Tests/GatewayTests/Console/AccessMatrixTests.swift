import FoundationEssentials
import Host
import PluginKit
import TestKit
import Testing

@testable import Gateway

/// Own pages, console and a plug-in with one of everything. After an intended change: `UPDATE_FIXTURES=1 swift test --filter AccessMatrix`,
/// then read the difference.
@Suite("Gateway: who gets in where")
struct AccessMatrixTests {
    // Stands at its door until a test opens it.
    private static let skipped: Set<String> = ["page GET /desk/wait"]

    private func rules(_ host: TestHost) -> [AccessRule] {
        host.host.sites[0].face.accessRules.filter { !Self.skipped.contains($0.address) }
    }

    @Test("what the gateway answers to every kind of person at every address is the stored matrix, and is what the rules say")
    func asked() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        let matrix = try await AccessMatrix.asked(host, skipping: Self.skipped)
        #expect(matrix == AccessMatrix.derived(from: rules(host)))
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/access.txt")
        if ProcessInfo.processInfo.environment["UPDATE_FIXTURES"] == "1" { try Data(matrix.text.utf8).write(to: file) }
        #expect(try matrix.text == String(contentsOf: file, encoding: .utf8))
    }

    @Test("files are taken from whom a plug-in lets upload; an unknown one is answered with 401 to visitors and with 404 to everybody else")
    func files() async throws {
        let host = try await TestHost([InstalledPlugin(Shelves.self)])
        let matrix = try await AccessMatrix.asked(host)
        #expect(matrix == AccessMatrix.derived(from: host.host.sites[0].face.accessRules))
        let rows = Dictionary(uniqueKeysWithValues: matrix.rows.map { row in (row.address, zip(AccessMatrix.people, row.isAllowed).filter(\.1).map(\.0.mark).joined()) })
        #expect(rows["api POST /files"] == "窗邻" && rows["api PUT /files"] == "窗邻", "\(rows)")
        #expect(rows["api GET /files/{digest}"] == AccessMatrix.people.dropFirst().map(\.mark).joined(), "\(rows)")
    }

    @Test("no single rule can be dropped, widened or narrowed without changing the matrix")
    func everyRuleCounts() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        let rules = rules(host)
        let matrix = AccessMatrix.derived(from: rules)
        var mutants = 0
        for index in rules.indices {
            var without = rules
            without.remove(at: index)
            #expect(AccessMatrix.derived(from: without) != matrix, "dropped \(rules[index].address)")
            for place in rules[index].rules.indices {
                for access in Self.mutations(of: rules[index].rules[place]) {
                    var changed = rules
                    var all = rules[index].rules
                    all[place] = access
                    changed[index] = AccessRule(rules[index].door, rules[index].method, rules[index].pattern, all)
                    // A rule beside it may already be narrower than the change; then nobody gets in more or less.
                    guard changed[index].rules.count == 1 else { continue }
                    mutants += 1
                    #expect(AccessMatrix.derived(from: changed) != matrix, "\(rules[index].address): \(access)")
                }
            }
        }
        #expect(mutants > rules.count * 3)
    }

    /// Every way in which one rule could be written differently: open, any account, nobody, one role more, one role less.
    private static func mutations(of access: Access) -> [Access] {
        var all: [Access] = [.anyone, .signedIn, .system]
        if case .roles(let roles) = access {
            for role in Role.wellKnown.map(\.role) {
                all.append(.roles(roles.contains(role) ? roles.filter { $0 != role } : roles + [role]))
            }
        } else {
            all += Role.wellKnown.map { .role($0.role) }
        }
        return all.filter { $0 != access }
    }

    @Test("every role that exists stands in a column")
    func everyRole() {
        let roles = Set(AccessMatrix.people.flatMap { $0.grants ?? [] }.map(\.role))
        #expect(Role.wellKnown.allSatisfy { roles.contains($0.role) })
    }
}

import Messages
import PluginKit
import RegistryContracts
import TestKit
import Testing
import Vocabulary

@testable import RegistryPlugin

@Suite("接口")
struct APITests {
    @Test("Every operation keeps to its documentation, whatever it is sent")
    func walk() async throws {
        let network = try await Network()
        _ = try await network.recognisedWindow()
        let walk = APIWalk(network.site)
        #expect(walk.operations.count == 21)
        let problems = await walk.problems(as: .everyone)
        #expect(problems == [])
    }

    @Test("The list of nodes is read to its end by its cursors, each once, in order")
    func cursors() async throws {
        let network = try await Network()
        var ids: [String] = []
        var after: Cursor?
        repeat {
            let page = try network.site.ask(FindNodes(after: after, limit: 1))
            #expect(page.total == 4)
            ids += page.items.map(\.id.description)
            after = page.next
        } while after != nil
        #expect(ids == ["430000", "430100", "430102", "430200"])
    }

    @Test("The list of applications is read to its end by its cursors, each once")
    func applicationCursors() async throws {
        let network = try await Network()
        for region in ["430181", "430121", "430182"] { _ = try await network.site.tell(network.application(region), as: .province) }
        let whole = try network.site.ask(FindApplications(limit: 500), as: .province)
        var ids: [ApplicationID] = []
        var after: Cursor?
        repeat {
            let page = try network.site.ask(FindApplications(after: after, limit: 2), as: .province)
            ids += page.items.map(\.id)
            after = page.next
        } while after != nil
        #expect(ids == whole.items.map(\.id))
        #expect(ids.count == whole.total)
    }

    @Test("A step taken from an outdated view of the application is stopped")
    func outdatedStep() async throws {
        let network = try await Network()
        let id = try await network.site.tell(network.application(), as: Network.liuyang).application
        let target = "/api/test/registry/applications/\(id)"
        let tag = try #require(await network.site.call("GET", target, as: Network.changsha)["ETag"])
        let body = #"{"action":"accept","documents":[]}"#
        let step = await network.site.call("POST", target + "/steps", body, ["If-Match": tag], as: Network.changsha)
        #expect(step.status == 200)
        let late = await network.site.call("POST", target + "/steps", body, ["If-Match": tag], as: Network.changsha)
        #expect(late.status == 412)
    }
}

import Dispatch
import FoundationEssentials
import Host
import Messages
import Network
import TestKit
import Testing
import Vocabulary

@testable import Bus
@testable import Trunk

@Suite("Programs of other versions at the other end of a link", .serialized)
struct ProtocolTests {
    /// 浏阳 as a program of another version would be it: joined, with nothing but its certificate.
    private struct Peer: Sendable {
        let place: ParentPlace
        let files: TrunkFolder
        let entry: SiteEntry

        init(_ upper: LinkedHost) async throws {
            let folder = Workplace.folder
            let entry = try #require([SiteEntry].small.first { $0.id == "liuyang" })
            let place = ParentPlace(host: "localhost", port: upper.host.port, site: "changsha", authority: upper.authority)
            let token = try await upper.host.invite("liuyang", to: "changsha")
            _ = try await blocking { try Trunk.join(entry, folder: folder, to: place, token: token, now: TimeSource.system.now) }
            files = TrunkFolder(site: "liuyang", in: folder)
            self.place = place
            self.entry = entry
        }

        /// - Parameter members: of the body, besides the sites; the site's own entry with more members.
        func meet(_ members: String, site: String = "") async throws -> JSONValue {
            let own = String(decoding: try JSON.encode(entry), as: UTF8.self).dropLast() + site + "}"
            let body = Array("{\"sites\":[\(own)],\(members)}".utf8)
            let bytes = try await blocking { [place, files] in
                let client = try place.client(files, timeout: .seconds(60))
                defer { client.disconnect() }
                return try place.call(client, "meet", body)
            }
            return try JSONValue(parsing: bytes)
        }
    }

    @Test("A child of an earlier or a later version that speaks a common one works, whatever else it says; one that speaks none is refused with who must upgrade, here and there")
    func children() async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha"])
        let peer = try await Peer(upper)
        // As the first version said it: neither fence, marks nor networks.
        let older = try await peer.meet(#""protocols":[1],"heads":{},"ends":{}"#)
        #expect(older["session"]?.string != nil && older["protocol"]?.integer == 1)
        #expect(upper.map["liuyang"]?.program == nil && upper.map["liuyang"]?.protocols == nil)

        let later = #""protocols":[1,2],"heads":{},"ends":{},"stand":{"epoch":5,"host":"x","why":"y"},"future":{"a":[1]}"#
        let newer = try await peer.meet(later, site: #","program":"9.1.0","protocols":[1,2],"colour":"red""#)
        #expect(newer["session"]?.string != nil && newer["protocol"]?.integer == 1)
        #expect(upper.map["liuyang"]?.program == "9.1.0" && upper.map["liuyang"]?.protocols == [1, 2])
        #expect(upper.host.links.first { $0.peer == "liuyang" }?.trouble == nil)

        for (protocols, who) in [("[2,3]", "changsha"), ("[0]", "liuyang"), ("[]", "liuyang")] {
            let body = #""protocols":\#(protocols),"heads":{},"ends":{},"stand":{"epoch":5,"host":"x"}"#
            let refusal = await #expect(throws: Refusal.self) { try await peer.meet(body, site: #","protocols":\#(protocols)"#) }
            #expect(refusal?.code == "trunk.protocol" && refusal?.status == 426 && refusal?.faults.first?.field == "protocols")
            #expect(refusal?.message.contains("请升级站点 \(who) 所在主机的程序") ?? false, "\(refusal?.message ?? "")")
            let link = upper.host.links.first { $0.peer == "liuyang" }
            #expect(link?.trouble == refusal?.message)
            #expect(upper.map["liuyang"]?.protocols.map { "\($0)".replacing(" ", with: "") } == protocols)
        }
        // An older copy of the site is refused as that, and changes nothing of what is known of the site.
        let copy = await #expect(throws: Refusal.self) {
            try await peer.meet(#""protocols":[7],"heads":{},"ends":{},"stand":{"epoch":4,"host":"y"}"#, site: #","protocols":[7]"#)
        }
        #expect(copy?.code == "trunk.older-epoch" && upper.map["liuyang"]?.protocols == [])
        _ = try await peer.meet(later)
        #expect(upper.host.links.first { $0.peer == "liuyang" }?.trouble == nil)
        await upper.stop()
    }

    @Test("What a parent of an earlier version leaves out is not wanted of it, and what a later one adds is passed over")
    func parents() throws {
        let older = try JSON.decode(MeetAnswer.self, from: Array(#"{"session":"a","sites":[],"heads":{"liuyang/post":3}}"#.utf8))
        #expect(older.protocol == nil && older.networks == nil && older.stand == nil && older.heads == ["liuyang/post": 3])
        let newer = try JSON.decode(
            MeetAnswer.self, from: Array(#"{"session":"a","sites":[{"id":"x","title":"x","kind":"hub","plugins":[],"protocols":[7]}],"heads":{},"protocol":1,"new":{}}"#.utf8))
        #expect(newer.protocol == 1 && newer.sites.first?.protocols == [7])
        #expect(LinkProtocol.common([1, 2, 3], [2, 3, 4]) == 3 && LinkProtocol.common([1], [2]) == nil)
        let joined = try JSON.decode(JoinAnswer.self, from: Array(#"{"certificate":"c","parent":{"id":"x","title":"x","kind":"hub","plugins":[]}}"#.utf8))
        #expect(joined.networks == nil)
    }

    @Test("A running host says which program and versions it is, and hears the other's: to be seen at both ends")
    func announced() async throws {
        let upper = try await LinkedHost.start(["hunan", "changsha"])
        let lower = try await LinkedHost.start(["liuyang"])
        try await lower.link("liuyang", to: "changsha", of: upper, upper.host.invite("liuyang", to: "changsha"))
        try await until { upper.map["liuyang"]?.program != nil && lower.map["hunan"]?.program != nil }
        #expect(upper.map["liuyang"]?.protocols == LinkProtocol.spoken && lower.map["hunan"]?.protocols == LinkProtocol.spoken)
        await lower.stop()
        await upper.stop()
    }
}

import Exchange
import Messages
import Testing
import Vocabulary

@Suite("伙伴交换")
struct PartnerCallTests {
    @Test("A partner call survives its JSON")
    func roundTrip() throws {
        let code = try #require(CreditCode("91350100M000100Y43"))
        let name: WireName = "registry.find-nodes.v1"
        let call = PartnerCall(
            id: MessageID(high: 1, low: 2), time: Timestamp(milliseconds: 3), site: "hunan", client: "tax", organisation: code, contract: 1,
            message: name, requestDigest: "00", answerDigest: "11", status: 200)
        #expect(try JSON.decode(PartnerCall.self, from: JSON.encode(call)) == call)
    }
}

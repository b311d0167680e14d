import Messages
import Testing
import Vocabulary

/// What messages look like to the outside: problem details, CloudEvents, trace context.
@Suite struct WireTests {
    @Test func aRefusalSurvivesTheWire() throws {
        let refusal = Refusal(
            "registry.county-has-window", status: 409, message: "该县已有综合窗口。", log: "county has a window",
            faults: [.init(field: "/region", value: "430181", message: "请改选其他县。"), .init(field: "/kind", message: "请改选。")],
            retryAfter: .milliseconds(1500))
        let value = try JSONValue(parsing: refusal.problemDetails(instance: "7K3F"))
        #expect(value["type"] == "/errors/registry.county-has-window")
        #expect(value["title"] == "与现状冲突")
        #expect(value["status"] == 409)
        #expect(value["detail"] == "该县已有综合窗口。")
        #expect(value["instance"] == "7K3F")
        #expect(value["retryAfter"] == 2)
        let back = Refusal(problem: value, status: 500)
        #expect(back.code == refusal.code)
        #expect(back.status == 409)
        #expect(back.message == refusal.message)
        #expect(back.faults == refusal.faults)
    }

    @Test func whatIsNoProblemObjectIsARefusalToo() {
        let refusal = Refusal(problem: "oops", status: 418)
        #expect(refusal.status == 418)
        #expect(refusal.code == "messages.remote")
        #expect(Refusal(problem: ["status": 200], status: 200).status == 502)
    }

    @Test func malformedInputNamesPlaceAndNextStep() throws {
        let error = try #require(throws: JSONError.self) { try JSONValue(parsing: #"{"a":1,}"#) }
        let refusal = Refusal.malformed(error)
        #expect(refusal.status == 400)
        #expect(refusal.code == Refusal.malformedCode)
        #expect(refusal.message == "提交的内容无法读取：内容不是合法的 JSON（第 8 字节处），请检查括号、逗号、引号后重新提交。")
    }

    static let envelope = Envelope(
        id: MessageID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001), source: "/changsha/registry", type: "registry.node-recognised.v1",
        time: Timestamp(milliseconds: 1_772_345_100_000), subject: "node/1", site: "changsha",
        actor: Actor(kind: .person, id: "a1", name: "某甲", grants: [Grant(.windowStaff, in: RegionCode("430100"))]),
        causation: MessageID(high: 1, low: 2), deadline: Timestamp(milliseconds: 1_772_345_101_000),
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")

    @Test func anEnvelopeSurvivesAsCloudEvent() throws {
        let bytes = try Self.envelope.cloudEvent(data: Array(#"{"node":"1"}"#.utf8))
        let event = try JSONValue(parsing: bytes)
        #expect(event["specversion"] == "1.0")
        #expect(event["id"] == "01900000-0000-7000-8000-000000000001")
        #expect(event["time"]?.string?.hasPrefix("2026-03-01T06:05:00") == true)
        #expect(event["data"] == ["node": "1"])
        // CloudEvents attributes are lower-case letters and digits, and simple values.
        for member in event.object ?? [] where member.key != "data" {
            #expect(member.key.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) })
            #expect(member.value.string != nil)
        }
        let back = try Envelope.parse(cloudEvent: bytes)
        #expect(back.envelope == Self.envelope)
        #expect(back.data == Array(#"{"node":"1"}"#.utf8))
    }

    @Test func aBadCloudEventIsToldAllItsFaults() throws {
        let refusal = try #require(throws: Refusal.self) {
            try Envelope.parse(cloudEvent: Array(#"{"specversion":"0.3","id":"x","type":"Y","time":"today","other":1}"#.utf8))
        }
        #expect(refusal.faults.map(\.field) == ["/specversion", "/id", "/source", "/type", "/time", "/site", "/actor", "/correlation", "/data"])
        #expect(throws: Refusal.self) { try Envelope.parse(cloudEvent: Array("[".utf8)) }
    }

    @Test(arguments: [
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", true), ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00", true),
        ("cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what", true), ("", false), ("00", false),
        ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false), ("00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", false),
        ("00-00000000000000000000000000000000-b7ad6b7169203331-01", false), ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", false),
        ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what", false), ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331_01", false),
    ])
    func traceparentsAreReadByTheRecommendation(_ text: String, _ isValid: Bool) {
        let trace = Traceparent(text)
        #expect((trace != nil) == isValid)
        if text.hasPrefix("00"), let trace { #expect(trace.description == text) }
    }

    @Test func theNextStepKeepsTheTrace() {
        let id = MessageID(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001)
        let first = Traceparent(beginning: id)
        #expect(first.description.hasPrefix("00-01900000000070008000000000000001-"))
        let second = first.next(MessageID(high: 1, low: 2))
        #expect(second.traceLow == first.traceLow)
        #expect(second.parent != first.parent)
    }
}

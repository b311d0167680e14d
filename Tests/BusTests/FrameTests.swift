import Dispatch
import Glibc
import Testing

@testable import Bus
@testable import Messages
@testable import Vocabulary

@Suite("Frames between the host and a plug-in's process")
struct FrameTests {
    private static func head(_ change: (inout FrameHead) -> Void) -> FrameHead {
        var head = FrameHead(.call, id: 7, verb: "query")
        change(&head)
        return head
    }

    private static let staff = Actor(
        kind: .person, id: "a-17", name: "窗口人员", grants: [Grant(.windowStaff, in: RegionCode("430181")), Grant(.cityStaff)],
        organisation: CreditCode("91430181MA4L1UBU6X"), organisationName: String(repeating: "演示企业", count: 20))

    /// One for every member, and what frames have in common.
    static let heads: [FrameHead] = [
        FrameHead(.reply, id: 1), FrameHead(.refusal, id: .max), FrameHead(.note, verb: "advanced"),
        head { $0.within = 10_000 }, head { $0.name = "registry.find-unit.v1" }, head { $0.actor = .visitor }, head { $0.actor = staff },
        head { $0.form = .open }, head { $0.form = .masked }, head { $0.parameters = true }, head { $0.keyed = false }, head { $0.judged = true },
        head { $0.during = 300 }, head { $0.plugin = "registry" }, head { $0.seq = -1 }, head { $0.seq = .min }, head { $0.seq = .max },
        head { $0.limit = 512 }, head { $0.next = "43:17" }, head { $0.key = "" }, head { $0.reason = String(repeating: "原因", count: 100) },
        head { $0.files = 16 },
        head {
            $0.envelope = Envelope(
                id: MessageID(high: 1, low: 2), source: "/hunan/gateway", type: "registry.mark-unit.v1", time: Timestamp(milliseconds: 1_772_000_000_000),
                subject: "unit/1", site: "hunan", actor: staff)
            $0.name = "registry.mark-unit.v1"
            $0.actor = staff
            $0.files = 1
        },
    ]

    private static func fast(_ bytes: [UInt8]) -> FrameHead? { bytes.withUnsafeBufferPointer { FrameHead(packed: $0) } }

    @Test("A head is packed as the general coder packs it, and read as that one reads it", arguments: heads.indices)
    func agreesWithTheGeneralCoder(_ index: Int) throws {
        var bytes: [UInt8] = []
        try Self.heads[index].pack(into: &bytes)
        #expect(try bytes == Packed.encode(Self.heads[index]))
        let read = try #require(Self.fast(bytes))
        #expect(try JSON.encode(read) == JSON.encode(Self.heads[index]))
    }

    @Test("Of bytes that were cut or changed it reads nothing that the general decoder reads otherwise", arguments: heads.indices)
    func neverReadsMore(_ index: Int) throws {
        var bytes: [UInt8] = []
        try Self.heads[index].pack(into: &bytes)
        var changed: [[UInt8]] = bytes.indices.map { Array(bytes[..<$0]) } + [bytes + [0]]
        for place in bytes.indices {
            for value: UInt8 in [0, 1, 0x22, 0x2B, 0x5B, 0x7B, 0x7D, 0x81, 0xFF, bytes[place] &+ 1] {
                var copy = bytes
                copy[place] = value
                changed.append(copy)
            }
        }
        for bytes in changed {
            guard let read = Self.fast(bytes) else { continue }
            let other = try #require(try? Packed.decode(FrameHead.self, from: bytes), "\(bytes)")
            #expect(try JSON.encode(read) == JSON.encode(other))
        }
    }

    @Test("A member that it does not know, and another order, are left to the general decoder")
    func leavesTheRest() throws {
        let unknown = try Packed.encode(JSONValue(parsing: Array(#"{"kind":"call","id":1,"colour":"red"}"#.utf8)))
        #expect(Self.fast(unknown) == nil)
        #expect(try Packed.decode(FrameHead.self, from: unknown).id == 1)
        let turned = try Packed.encode(JSONValue(parsing: Array(#"{"id":1,"kind":"call"}"#.utf8)))
        #expect(Self.fast(turned) == nil)
        #expect(try Packed.decode(FrameHead.self, from: turned).kind == .call)
    }

    // MARK: - Lines

    /// Two lines, each at the other's end.
    private static func pair(_ answer: @escaping @Sendable (Frame, @escaping PlugLine.Answer) -> Void) -> (here: PlugLine, there: PlugLine) {
        var ends: [Int32] = [-1, -1]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        let lines = (here: PlugLine(name: "here"), there: PlugLine(name: "there"))
        lines.there.connect(ends[1], service: .init(call: answer, note: { _ in }, ended: { _ in }))
        lines.here.connect(ends[0], service: .init(call: { _, then in then(.failure(.notFound)) }, note: { _ in }, ended: { _ in }))
        return lines
    }

    @Test("Calls that take long stand in nobody's way: those after them are answered first")
    func takesTurns() async throws {
        let gate = DispatchSemaphore(value: 0)
        let (here, there) = Self.pair { frame, answer in
            // Held on the thread that reads, until the last one was answered.
            if frame.head.verb == "slow" { gate.wait() }
            answer(.success(Frame(.init(.reply), body: frame.body)))
        }
        async let slow = withThrowingTaskGroup(of: [UInt8].self) { group in
            for number in 0..<5 { group.addTask { try await here.call(.call("slow"), body: Array("\(number)".utf8), within: .seconds(600)).body } }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        for number in 0..<20 {
            let body = Array("\(number)".utf8)
            #expect(try await here.call(.call("quick"), body: body, within: .seconds(600)).body == body)
        }
        for _ in 0..<5 { gate.signal() }
        #expect(try await slow == Set((0..<5).map { Array("\($0)".utf8) }))
        here.disconnect("done")
        there.disconnect("done")
    }

    @Test("Many callers at once each get their own answer, once", arguments: MessageCoding.allCases)
    func keepsAnswersApart(_ coding: MessageCoding) async throws {
        let (here, there) = Self.pair { frame, answer in answer(.success(Frame(.init(.reply), body: frame.body + frame.body))) }
        here.speak(coding)
        there.speak(coding)
        let wrong = try await withThrowingTaskGroup(of: Int.self) { group in
            for caller in 0..<64 {
                group.addTask {
                    var wrong = 0
                    for number in 0..<40 {
                        let body = Array("caller \(caller) number \(number)".utf8)
                        if try await here.call(.call("double"), body: body, within: .seconds(600)).body != body + body { wrong += 1 }
                    }
                    return wrong
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(wrong == 0 && here.waiting == 0)
        #expect(here.recent == Array(repeating: "double", count: 16))
        here.disconnect("done")
        there.disconnect("done")
    }
}

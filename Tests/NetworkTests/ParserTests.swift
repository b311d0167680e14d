import TestKit
import Testing

@testable import Network

@Suite("Parsers of heads and chunks")
struct ParserTests {
    let parser = HeadParser(headBytes: 2048, targetBytes: 512, fields: 20)

    /// What a parser makes of bytes, as comparable text.
    func describe(_ outcome: HeadOutcome) -> String {
        switch outcome {
        case .incomplete: "incomplete"
        case .fault(let fault): "\(fault.status) \(fault.code)"
        case .head(let head):
            "\(head.method.rawValue) \(head.path) \(head.query ?? "-") \(head.framing) \(head.length) \(head.headers.fields)"
        }
    }

    func parse(_ bytes: some Collection<UInt8>) -> String {
        Array(bytes).withUnsafeBufferPointer { describe(parser.parse($0)) }
    }

    /// Requests bent at random: bytes changed, dropped, doubled.
    func mutant(_ random: inout Seeded) -> [UInt8] {
        let seeds = [
            "GET /a/b?c=d HTTP/1.1\r\nHost: example\r\nAccept: */*\r\n\r\n",
            "POST http://example/x HTTP/1.1\r\nHost: example\r\nContent-Length: 12\r\n\r\n",
            "PUT /%41 HTTP/1.1\r\nHost: [::1]:443\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close, x\r\n\r\n",
        ]
        var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
        let tricks: [UInt8] = [0, 9, 10, 13, 32, 44, 58, 59, 127, 128, 255, 48, 65]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes[place] = tricks[Int.random(in: 0..<tricks.count, using: &random)]
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(tricks[Int.random(in: 0..<tricks.count, using: &random)], at: place)
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 30)], at: place)
            }
            if bytes.isEmpty { break }
        }
        return bytes
    }

    @Test func theOutcomeOfAHeadDoesNotDependOnHowItArrives() {
        var random = Seeded(20_260_101)
        for _ in 0..<4000 {
            let bytes = mutant(&random)
            let whole = parse(bytes)
            var early = "incomplete"
            for end in 0...bytes.count {
                early = parse(bytes[..<end])
                if early != "incomplete" { break }
            }
            #expect(early == whole, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
    }

    @Test("a head is judged as on its own whatever head came before it, however it arrives")
    func theHeadBeforeChangesNothing() {
        var random = Seeded(20_260_301)
        for _ in 0..<3000 {
            let before = mutant(&random), bytes = mutant(&random)
            guard case .head(let last) = before.withUnsafeBufferPointer({ parser.parse($0) }) else { continue }
            for end in 0...bytes.count {
                let alone = parse(bytes[..<end])
                let after = Array(bytes[..<end]).withUnsafeBufferPointer { describe(parser.parse($0, after: last)) }
                #expect(alone == after, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            }
        }
    }

    @Test("what was kept with field lines is met again with these very lines only, whatever else is bent between two heads")
    func keptWithTheLines() {
        var random = Seeded(20_261_127)
        let client = RequestClient(NetworkAddress(four: 0))
        var met = 0, missed = 0
        for _ in 0..<4000 {
            let fields = ["Host: example", "Authorization: Bearer a.b.c", "Accept: */*", "X-Long: \(String(repeating: "x", count: 40))"].shuffled(using: &random)
            let lines = fields.prefix(Int.random(in: 1...4, using: &random)).joined(separator: "\r\n") + "\r\n\r\n"
            let before = Array("GET / HTTP/1.1\r\n\(lines)".utf8)
            var bytes = Array("GET /a?b=\(Int.random(in: 0..<1000, using: &random)) HTTP/1.1\r\n\(lines)".utf8)
            if Bool.random(using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
                }
            }
            guard case .head(let last) = before.withUnsafeBufferPointer({ parser.parse($0) }) else { continue }
            HTTPRequest(last, from: client, body: []).keep(Counter())
            let outcome = bytes.withUnsafeBufferPointer { parser.parse($0, after: last) }
            #expect(describe(outcome) == parse(bytes), "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
            guard case .head(let head) = outcome else { continue }
            let isKept = HTTPRequest(head, from: client, body: []).kept is Counter
            if isKept { met += 1 } else { missed += 1 }
            #expect(!isKept || head.headers.lines == last.headers.lines, "\(String(decoding: bytes, as: UTF8.self).debugDescription)")
        }
        #expect(met > 1000 && missed > 300, "\(met), \(missed)")
    }

    @Test("the same fields again are not read again, and every limit holds for them", arguments: [
        ("GET /b?x=1&y=?", " HTTP/1.1", true), ("GET /" + String(repeating: "a", count: 511), " HTTP/1.1", true),
        ("GET /" + String(repeating: "a", count: 512), " HTTP/1.1", false), ("GET /%41", " HTTP/1.1", false), ("GET /%4", " HTTP/1.1", false),
        ("GET /a#b", " HTTP/1.1", false), ("GET /a", " HTTP/1.0", false), ("GET /a", " HTTP/1.1 ", false), ("GET  /a", " HTTP/1.1", false),
        ("get /a", " HTTP/1.1", false), ("GET http://example/a", " HTTP/1.1", false), ("HEAD /a", " HTTP/1.1", false), ("GET *", " HTTP/1.1", false),
    ])
    func repeatedFields(_ target: String, _ version: String, isQuick: Bool) throws {
        let fields = "Host: example\r\nAccept: */*\r\n\r\n"
        let first = Array("GET / HTTP/1.1\r\n\(fields)".utf8), second = Array("\(target)\(version)\r\n\(fields)".utf8)
        var last: RequestHead?
        if case .head(let head) = first.withUnsafeBufferPointer({ parser.parse($0) }) { last = head }
        let before = try #require(last)
        let outcome = second.withUnsafeBufferPointer { parser.parse($0, after: before) }
        #expect(describe(outcome) == parse(second))
        guard case .head(let head) = outcome else {
            #expect(!isQuick)
            return
        }
        func place(_ head: RequestHead) -> UnsafeRawPointer? { head.headers.lines.withUnsafeBytes(\.baseAddress) }
        #expect((place(head) == place(before)) == isQuick)
        // What was found out from the lines goes with them, and only with them.
        let client = RequestClient(NetworkAddress(four: 0))
        HTTPRequest(before, from: client, body: []).keep(Counter())
        #expect((HTTPRequest(head, from: client, body: []).kept is Counter) == isQuick)
    }

    private final class Counter: Sendable {}

    @Test func anyBytesAreJudgedWithoutACrash() {
        var random = Seeded(7)
        for _ in 0..<4000 {
            let bytes = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
            _ = parse(bytes)
            var body: [UInt8] = []
            var decoder = ChunkDecoder(limit: 1000, trailerBytes: 100, trailerFields: 3)
            _ = bytes.withUnsafeBufferPointer { decoder.feed($0, into: &body) }
            #expect(body.count <= 1000)
        }
    }

    func decode(_ bytes: [UInt8], cuts: [Int]) -> String {
        var decoder = ChunkDecoder(limit: 60, trailerBytes: 40, trailerFields: 2)
        var body: [UInt8] = []
        var used = 0
        var from = 0
        for cut in cuts + [bytes.count] {
            var rest = Array(bytes[from..<cut])
            from = cut
            let (count, outcome) = rest.withUnsafeMutableBufferPointer { decoder.feed(UnsafeBufferPointer($0), into: &body) }
            used += count
            switch outcome {
            case .more: continue
            case .complete: return "complete \(used) \(body)"
            case .fault(let fault): return "\(fault.code) \(used)"
            }
        }
        return "more \(used) \(body)"
    }

    @Test func theOutcomeOfChunksDoesNotDependOnHowTheyArrive() {
        var random = Seeded(99)
        let seeds = [
            "5\r\nhello\r\n0\r\n\r\nGET", "a;x=\"y\"\r\n0123456789\r\n1\r\n!\r\n0;z\r\nT: v\r\nU: w\r\n\r\n",
            "0\r\n\r\n", "00000001\r\nx\r\n0\r\n\r\n", "3f\r\n" + String(repeating: "q", count: 63) + "\r\n0\r\n\r\n",
        ]
        for _ in 0..<4000 {
            var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = [0, 10, 13, 32, 59, 48, 70, 103][Int.random(in: 0..<8, using: &random)]
            }
            let whole = decode(bytes, cuts: [])
            #expect(decode(bytes, cuts: Array(1..<bytes.count)) == whole)
            let cut = Int.random(in: 0...bytes.count, using: &random)
            #expect(decode(bytes, cuts: [cut]) == whole)
        }
    }

    @Test func timersComeNeitherEarlyNorNever() {
        var wheel = TimerWheel(now: 1000)
        var random = Seeded(3)
        var waiting: [Int32: Int64] = [:]
        for number in 0..<500 {
            let at = wheel.insert(.init(descriptor: Int32(number), serial: 1), at: 1000 + Int64.random(in: 0...20_000, using: &random))
            waiting[Int32(number)] = at
        }
        var now: Int64 = 1000
        while now < 20_000 {
            now += Int64.random(in: 1...40, using: &random)
            for entry in wheel.due(now: now) {
                let at = waiting.removeValue(forKey: entry.descriptor)
                #expect(at.map { $0 <= now && $0 > now - 64 } == true)
            }
        }
        #expect(waiting.isEmpty)
        #expect(wheel.wait(now: now) == nil)
    }

    @Test("hundreds of idle connections, whose deadlines lie beyond the wheel, wake their loop about once a second altogether")
    func farDeadlinesFallDueTogether() {
        var wheel = TimerWheel(now: 0)
        var random = Seeded(4)
        var begin = (0..<300).map { (at: Int64.random(in: 0...16_000, using: &random), number: Int32($0)) }.sorted { $0.at < $1.at }[...]
        var deadlines: [Int32: Int64] = [:]
        var wakes = 0, now: Int64 = 0
        while now < 160_000 {
            // Until the wheel has something, or somebody comes.
            now = min(begin.first?.at ?? .max, now + (wheel.wait(now: now) ?? .max / 2), 160_000)
            let due = wheel.due(now: now)
            if !due.isEmpty, now > 32_000 { wakes += 1 }
            for entry in due { _ = wheel.insert(entry, at: deadlines[entry.descriptor] ?? 0) }
            while let (at, number) = begin.first, at <= now {
                begin.removeFirst()
                deadlines[number] = at + 1_000_000
                _ = wheel.insert(.init(descriptor: number, serial: 1), at: at + 1_000_000)
            }
        }
        #expect(wakes <= 130)
    }

    @Test func datesHaveTheFormOfTheStandard() {
        #expect(String(decoding: DateField.make(784_111_777), as: UTF8.self) == "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n")
    }
}

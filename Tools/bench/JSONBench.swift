import Foundation
import Messages

/// The house's JSON coder against Foundation's, on the record of ten fields, both ways.
enum JSONBench {
    static func run(into report: inout Report, rounds: Int) throws {
        let bytes = try JSON.encode(Record.sample(7))
        let data = Data(bytes)
        let encoder = JSONEncoder()
        let decoder = JSONDecoder()
        guard try JSON.decode(Record.self, from: bytes) == decoder.decode(Record.self, from: data) else {
            throw BenchError("the two coders disagree")
        }
        var own: [Double] = [], other: [Double] = []
        for _ in 0..<max(5, rounds) {
            own.append(try time(20_000) { try roundTrip(bytes) })
            other.append(
                try time(4000) { try blackHole(encoder.encode(try decoder.decode(Record.self, from: data)).count) })
        }
        report.add("json.roundtrip", median(own), "µs")
        report.add("json.foundation", median(other), "µs")
        report.add("json.ratio", median(zip(other, own).map { $0 / $1 }), "× Foundation")
    }

    @inline(never)
    static func roundTrip(_ bytes: [UInt8]) throws { blackHole(try JSON.encode(JSON.decode(Record.self, from: bytes)).count) }

    @inline(never)
    private static func blackHole(_ value: Int) { if value < 0 { print(value) } }

    /// Microseconds of one call.
    private static func time(_ times: Int, _ body: () throws -> Void) throws -> Double {
        let start = LoadGenerator.now()
        for _ in 0..<times { try body() }
        return Double(LoadGenerator.now() - start) / Double(times) / 1000
    }
}

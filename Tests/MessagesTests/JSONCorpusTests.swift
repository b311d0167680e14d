import Foundation
import Messages
import TestKit
import Testing

@Suite struct JSONCorpusTests {
    @Test func validTextsMeanTheSameToFoundation() throws {
        for line in try Corpus.lines("json-valid.txt") {
            let bytes = Corpus.bytes(line)
            let ours = try JSONValue(parsing: bytes)
            let again = try JSONValue(parsing: ours.serialized())
            #expect(again == ours, "\(line)")
            // Foundation takes canonically equivalent keys for one, and ours do not.
            guard !line.contains("u0301\":2") else { continue }
            let theirs = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
            #expect(theirs.sorted == ours.sorted, "\(line)")
            let throughTheirs = try JSONValue(parsing: Array(JSONEncoder().encode(ours)))
            #expect(throughTheirs.sorted == ours.sorted, "\(line)")
        }
    }

    @Test func invalidTextsAreRefusedWithAPlace() throws {
        for line in try Corpus.lines("json-invalid.txt") {
            let bytes = Corpus.bytes(line)
            let error = #expect(throws: JSONError.self, "\(line)") { try JSONValue(parsing: bytes) }
            #expect(error?.offset.map { (0...bytes.count).contains($0) } == true, "\(line)")
            #expect(throws: JSONError.self, "\(line)") { try JSON.decode(Samples.Line.self, from: bytes) }
        }
    }

    @Test func generatedValuesReadAlikeInBothCoders() throws {
        var random = Seeded(20_260_301)
        for _ in 0..<300 {
            let value = Samples.Everything.random(using: &random)
            let ours = try JSON.encode(value)
            let theirs = Array(try JSONEncoder().encode(value))
            #expect(try JSONValue(parsing: ours).sorted == JSONValue(parsing: theirs).sorted)
            #expect(try JSON.decode(Samples.Everything.self, from: theirs) == value)
            #expect(try JSONDecoder().decode(Samples.Everything.self, from: Data(ours)) == value)
        }
    }

    @Test func doublesComeBackToTheLastBit() throws {
        var random = Seeded(7)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            #expect(try JSON.decode([Double].self, from: JSON.encode([value])) == [value])
        }
        for text in ["0.1", "123.456", "9007199254740993", "1e22", "1e23", "8.5e-7", "0.000001", "72057594037927945", "4.35"] {
            #expect(try JSON.decode(Double.self, from: Array(text.utf8)) == Double(text))
        }
    }

    @Test func mutatedTextsNeverCrashAndAgreeWithThemselves() throws {
        let seeds = try (Corpus.lines("json-valid.txt") + Corpus.lines("json-invalid.txt")).map(Corpus.bytes)
        var random = Seeded(42)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = Samples.mutate(seeds, using: &random)
            guard let value = try? JSONValue(parsing: text) else { continue }
            accepted += 1
            #expect(try JSONValue(parsing: value.serialized()) == value)
            _ = try? JSON.decode(Samples.Everything.self, from: text)
        }
        #expect(accepted > 1000)
    }

    @Test func mutatedMessagesNeverCrashSchemaAndDecoder() throws {
        var random = Seeded(43)
        let schema = Schema.of(Samples.Everything.self)
        #expect(schema.gaps.isEmpty)
        var valid = 0
        for _ in 0..<3000 {
            let seed = try JSON.encode(Samples.Everything.random(using: &random))
            let text = Int.random(in: 0..<8, using: &random) == 0 ? seed : Samples.mutate([seed], using: &random)
            guard let value = try? JSONValue(parsing: text) else { continue }
            // What the schema lets through, the type must be able to read.
            guard schema.problems(in: value).isEmpty else { continue }
            valid += 1
            #expect(throws: Never.self) { try JSON.decode(Samples.Everything.self, from: text) }
        }
        #expect(valid > 100)
    }

    @Test func json5TextsMeanTheirJSON() throws {
        for line in try Corpus.lines("json5-valid.txt") {
            let parts = line.split(separator: "\t").map { Corpus.bytes(String($0)) }
            try #require(parts.count == 2, "\(line)")
            #expect(try JSON5.parse(parts[0]) == JSONValue(parsing: parts[1]), "\(line)")
        }
        for line in try Corpus.lines("json-valid.txt") {
            let bytes = Corpus.bytes(line)
            #expect(try JSON5.parse(bytes) == JSONValue(parsing: bytes), "\(line)")
        }
    }

    @Test func json5MistakesHaveLineAndColumn() throws {
        for line in try Corpus.lines("json5-invalid.txt") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false)
            try #require(parts.count == 2, "\(line)")
            let problem = #expect(throws: JSON5.Problem.self, "\(line)") { try JSON5.parse(Corpus.bytes(String(parts[0]))) }
            #expect(problem.map { "\($0.line):\($0.column)" } == String(parts[1]), "\(line)")
        }
    }

    @Test func mutatedJSON5NeverCrashes() throws {
        let seeds = try (Corpus.lines("json5-valid.txt") + Corpus.lines("json5-invalid.txt")).map(Corpus.bytes)
        var random = Seeded(44)
        for _ in 0..<20_000 {
            let text = Samples.mutate(seeds, using: &random)
            guard let value = try? JSON5.parse(text) else { continue }
            #expect(try JSON5.parse(value.serialized()) == value)
        }
    }
}

extension JSONValue {
    /// Members sorted, whole doubles as integers: what two coders may write differently.
    var sorted: JSONValue {
        switch self {
        case .array(let elements): .array(elements.map(\.sorted))
        case .object(let members): .object(members.map { Member($0.key, $0.value.sorted) }.sorted { $0.key < $1.key })
        case .number(let value): Int64(exactly: value).map { .integer($0) } ?? self
        default: self
        }
    }
}

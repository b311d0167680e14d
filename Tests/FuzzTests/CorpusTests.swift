import Foundation
import FuzzTargets
import TestKit
import Testing

@Suite("Fuzzing: what was found once is never lost")
struct CorpusTests {
    @Test("every input of the corpora keeps every promise of its parser", arguments: FuzzTarget.allCases)
    func replay(target: FuzzTarget) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(target.rawValue)")
        let inputs = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(inputs.count > 3)
        for input in inputs {
            #expect(target.brokenPromise(Array(try Data(contentsOf: input))) == nil, "\(target)/\(input.lastPathComponent)")
        }
    }

    @Test("bent inputs of the corpora keep them, too", arguments: FuzzTarget.allCases)
    func bend(target: FuzzTarget) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures/\(target.rawValue)")
        let seeds = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).sorted { $0.path < $1.path }.map {
            Array(try Data(contentsOf: $0))
        }
        var random = Seeded(20_261_126)
        for _ in 0..<200 {
            let bytes = random.bent(seeds)
            #expect(target.brokenPromise(bytes) == nil, "\(target): \(Data(bytes).base64EncodedString())")
        }
    }
}

private extension Seeded {
    mutating func bent(_ seeds: [[UInt8]]) -> [UInt8] {
        var bytes = seeds[Int(next() % UInt64(seeds.count))].prefix(2000).map { $0 }
        for _ in 0..<Int.random(in: 1...5, using: &self) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &self)
            switch next() % 4 {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: next())
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &self)], at: place)
            default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 20)], at: place)
            }
        }
        return bytes
    }
}

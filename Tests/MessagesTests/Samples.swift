import Messages
import TestKit
import Vocabulary

enum Samples {
    struct Line: Codable, Equatable {
        var title: String
        var count: Int
        var ratio: Double
        var on: Bool
        var note: String?
        var tags: [String]
        var inner: Inner
    }

    struct Inner: Codable, Equatable {
        var id: UInt64
    }

    enum State: String, Codable, CaseIterable { case draft, underReview = "under-review", closed }

    enum Step: Codable, Equatable {
        case wait
        case move(to: RegionCode, by: Int16)
        case note(String)
    }

    /// Every kind of member that messages have.
    struct Everything: Codable, Equatable {
        var text: String
        var small: Int8
        var wide: Int64
        var large: UInt64
        var ratio: Double
        var single: Float
        var flag: Bool
        var maybe: Int?
        var state: State
        var steps: [Step]
        var day: Day
        var moment: Timestamp
        var id: MessageID
        var counts: [String: Int32]
        var byNumber: [Int: String]
        var grid: [[Int]]
        var gaps: [String?]
        var inner: Inner
        var others: [Inner]
        var nested: [Everything]

        static func random(using random: inout Seeded, depth: Int = 0) -> Everything {
            func text() -> String {
                let alphabet = Array("abc XYZ09\"\\/\n\t\u{0}\u{1f}\u{7f}éü中文字符😀👨‍👩‍👧\u{2028}，。")
                return String((0..<Int.random(in: 0...12, using: &random)).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &random)] })
            }
            func few<T>(_ make: () -> T) -> [T] { (0..<Int.random(in: 0...3, using: &random)).map { _ in make() } }
            var double = Double(bitPattern: random.next())
            if !double.isFinite { double = 0.1 }
            let region = RegionCode("430\(Int.random(in: 100...999, using: &random))")
            return Everything(
                text: text(), small: .random(in: .min ... .max, using: &random), wide: Int64(bitPattern: random.next()), large: random.next() >> 11,
                ratio: double, single: Float.random(in: -1000...1000, using: &random), flag: Bool.random(using: &random),
                maybe: Bool.random(using: &random) ? Int.random(in: -9...9, using: &random) : nil,
                state: State.allCases.randomElement(using: &random) ?? .draft,
                steps: few {
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: .wait
                    case 1: region.map { .move(to: $0, by: .random(in: .min ... .max, using: &random)) } ?? .wait
                    default: .note(text())
                    }
                },
                day: Day.first.advanced(by: Int.random(in: 0...100_000, using: &random)),
                moment: Timestamp(milliseconds: Int64.random(in: 0...4_000_000_000_000, using: &random)),
                id: MessageID(high: random.next(), low: random.next()),
                counts: Dictionary(few { (text(), Int32.random(in: .min ... .max, using: &random)) }) { one, _ in one },
                byNumber: Dictionary(few { (Int.random(in: 0...9, using: &random), text()) }) { one, _ in one },
                grid: few { few { Int.random(in: -9...9, using: &random) } }, gaps: few { Bool.random(using: &random) ? text() : nil },
                inner: Inner(id: random.next() >> 11), others: few { Inner(id: random.next() >> 11) },
                nested: depth < 2 ? few { Everything.random(using: &random, depth: depth + 1) } : [])
        }
    }

    /// One of the texts, with a few bytes changed, repeated, cut or joined to another text.
    static func mutate(_ seeds: [[UInt8]], using random: inout Seeded) -> [UInt8] {
        var text = seeds.randomElement(using: &random) ?? []
        let special = Array("{}[]\",:\\/'u0123456789eE+-.xtfn\u{0}\u{1f} \n".utf8) + [0x80, 0xC2, 0xE4, 0xED, 0xF4, 0xFF]
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...text.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: text.insert(special.randomElement(using: &random) ?? 0, at: place)
            case 1 where place < text.count: text[place] = special.randomElement(using: &random) ?? 0
            case 2 where place < text.count: text.remove(at: place)
            case 3: text.removeLast(text.count - place)
            case 4: text.insert(contentsOf: text.prefix(place), at: place)
            default: text.insert(contentsOf: seeds.randomElement(using: &random) ?? [], at: place)
            }
            if text.count > 10_000 { text.removeLast(text.count - 10_000) }
        }
        return text
    }
}

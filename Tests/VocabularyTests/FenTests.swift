import Foundation
import TestKit
import Testing
import Vocabulary

@Suite("Fen")
struct FenTests {
    @Test(
        "reads amounts as people write them",
        arguments: [
            ("1,234.50", 123_450), ("1234.5", 123_450), ("1234", 123_400), ("0", 0), ("0.01", 1), ("-3.20", -320),
            ("￥12", 1200),
            ("¥1,000,000.00元", 100_000_000), ("１２．５０", 1250), (" 8 元", 800), ("12.5万元", 12_500_000), ("0.000001万", 1),
            ("5.1200", 512), ("+7", 700), ("-0", 0), ("10000000000000", 1_000_000_000_000_000), ("007", 700),
            ("１，２３４", 123_400),
        ])
    func reads(text: String, fen: Int64) throws {
        #expect(try Fen.parse(yuan: text) == Fen(fen))
    }

    @Test(
        "refuses everything else, saying why",
        arguments: [
            ("", Fen.Problem.empty), ("  ", .empty), ("abc", .notANumber("abc")), ("1.2.3", .notANumber("1.2.3")),
            (".", .notANumber(".")), ("1.", .notANumber("1.")), ("--1", .notANumber("--1")),
            ("1e5", .notANumber("1e5")),
            ("1,23", .grouping("1,23")), ("1234,567", .grouping("1234,567")), ("1,2345", .grouping("1,2345")),
            (",123", .grouping(",123")),
            ("1,23.4", .grouping("1,23.4")), ("1,", .grouping("1,")), ("0.001", .tooFine("0.001")),
            ("0.0000001万", .tooFine("0.0000001万")),
            ("10000000000000.01", .tooLarge("10000000000000.01")),
            ("99999999999999999999999", .tooLarge("99999999999999999999999")),
            ("十元", .notANumber("十元")), ("元", .notANumber("元")), ("1.5,0", .notANumber("1.5,0")),
        ])
    func refuses(text: String, problem: Fen.Problem) {
        #expect(throws: problem) { try Fen.parse(yuan: text) }
        #expect(problem.description.hasSuffix("。"))
    }

    @Test("prints yuan and reads itself back") func prints() throws {
        var generator = Seeded(5)
        for _ in 0..<500 {
            let amount = Fen(Int64.random(in: -1_000_000_000_000_000...1_000_000_000_000_000, using: &generator))
            #expect(Fen(yuan: amount.description) == amount)
        }
        #expect(Fen(-5).description == "-0.05" && Fen(123_450).description == "1234.50")
        #expect(Fen(.min).description == "-92233720368547758.08")
    }

    @Test("parts add up to the amount exactly and differ by one fen at most") func parts() throws {
        var generator = Seeded(6)
        for _ in 0..<300 {
            let amount = Fen(Int64.random(in: -1_000_000...1_000_000, using: &generator))
            let count = Int.random(in: 1...40, using: &generator)
            let instalments = amount.instalments(count)
            #expect(instalments.count == count && Fen.sum(instalments) == amount)
            let (low, high) = (try #require(instalments.min()), try #require(instalments.max()))
            #expect(high.fen - low.fen <= 1)
            let weights = (0..<count).map { _ in Int64.random(in: 0...1000, using: &generator) } + [1]
            #expect(Fen.sum(amount.split(by: weights)) == amount)
        }
        #expect(Fen(100).instalments(3) == [Fen(34), Fen(33), Fen(33)])
        #expect(Fen(-100).instalments(3) == [Fen(-34), Fen(-33), Fen(-33)])
        #expect(Fen(100).instalments(0).isEmpty)
        #expect(Fen(100).split(by: [1, 1, 1]) == [Fen(34), Fen(33), Fen(33)])
        #expect(Fen(1000).split(by: [50, 30, 20]) == [Fen(500), Fen(300), Fen(200)])
        #expect(Fen(1).split(by: [0, 0]).isEmpty && Fen(1).split(by: [-1, 2]).isEmpty)
        #expect(Fen(.max).split(by: [1, 2]).count == 2 && Fen(.min).split(by: [1]) == [Fen(.min)])
    }

    @Test("fractions round half away from zero") func fractions() {
        #expect(Fen(101).times(50, over: 100) == Fen(51))
        #expect(Fen(-101).times(50, over: 100) == Fen(-51))
        #expect(Fen(100).times(1, over: 3) == Fen(33))
        #expect(Fen(200).times(1, over: 3) == Fen(67))
        #expect(
            Fen(1).times(1, over: 0) == nil && Fen(.max).times(2, over: 1) == nil
                && Fen(.max).times(.max, over: .max) == Fen(.max))
        #expect(Fen.sum([Fen(.max), Fen(1)]) == nil)
    }

    @Test("is an integer in JSON, inside the limit") func codes() throws {
        #expect(String(decoding: try JSONEncoder().encode([Fen(150)]), as: UTF8.self) == "[150]")
        #expect(try JSONDecoder().decode([Fen].self, from: Data("[150]".utf8)) == [Fen(150)])
        for text in ["[1000000000000001]", "[1.5]", "[\"1\"]"] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([Fen].self, from: Data(text.utf8)) }
        }
    }
}

import Foundation
import Testing

@testable import Pages

/// Matrices in `Fixtures/QR` were made by libqrencode 4.1 (`qrencode -8 -l M`): the text, then the rows.
@Suite("QR codes")
struct QRCodeTests {
    static let folder = FixtureTests.folder.appending(path: "QR")

    @Test("the same matrix as another encoder's, under the mask that one chose", arguments: [(1, 1), (2, 2), (3, 4), (4, 6), (5, 9), (6, 11), (7, 15)])
    func knownMatrices(number: Int, version: Int) throws {
        let lines = try String(contentsOf: Self.folder.appending(path: "\(number).txt"), encoding: .utf8).split(separator: "\n").map(String.init)
        let wanted = Array(lines.dropFirst())
        let codes = try (0..<8).map { try #require(QRCode(lines[0], mask: $0)) }
        #expect(codes.allSatisfy { $0.version == version })
        let same = codes.filter { code in code.modules.map { row in row.map { $0 ? "1" : "0" }.joined() } == wanted }
        #expect(same.count == 1)
    }

    @Test("the mask that reads best is taken, and the drawing has every dark module and a quiet zone")
    func drawing() throws {
        let code = try #require(QRCode("otpauth://totp/li.hong?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"))
        let markup = code.html.description
        #expect(markup.contains("viewBox=\"0 0 41 41\""))
        let areas = markup.matches(of: /h(\d+)v1/).reduce(0) { $0 + (Int($1.1) ?? 0) }
        #expect(areas == code.modules.joined().count { $0 })
        #expect(!markup.contains("GEZDG"))
    }

    @Test("four hundred and twelve bytes fit, one more does not")
    func capacity() {
        #expect(QRCode(String(repeating: "a", count: 412))?.version == 15)
        #expect(QRCode(String(repeating: "a", count: 413)) == nil)
        #expect(QRCode("")?.version == 1)
    }
}

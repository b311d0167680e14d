import Foundation
import Network
import Testing

/// One row of `Fixtures/strict-http.txt`.
struct StrictCase: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let statuses: [Int]

    var testDescription: String { name }

    static func all() throws -> [StrictCase] {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/strict-http.txt")
        let text = try String(contentsOf: path, encoding: .utf8)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            // The bytes may contain bars; name and statuses do not.
            let parts = line.components(separatedBy: " | ")
            guard parts.count >= 3, let last = parts.last else { return nil }
            return StrictCase(
                name: parts[0], bytes: unescape(parts[1..<parts.count - 1].joined(separator: " | ")),
                statuses: last.split(separator: " ").compactMap { Int($0) })
        }
    }

    private static func unescape(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")),
                let star = rest[..<end].firstIndex(of: UInt8(ascii: "*")),
                let count = Int(String(decoding: rest[..<star], as: UTF8.self))
            {
                let piece = unescape(String(decoding: rest[(star + 1)..<end], as: UTF8.self))
                for _ in 0..<count { result += piece }
                rest = rest[(end + 1)...]
                continue
            }
            guard byte == UInt8(ascii: "\\"), let mark = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch mark {
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "x"):
                result.append(UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            default: result.append(mark)
            }
        }
        return result
    }
}

@Suite("Strict HTTP over real TLS")
struct StrictTests {
    /// The statuses of all answers on a connection, read to its end; interim ones left out.
    static func statuses(_ client: HTTPClient, expected: [Int]) throws -> [Int] {
        var found: [Int] = []
        while found.count < expected.count {
            let status = try client.readAnswer().status
            if status != 100 { found.append(status) }
        }
        // After a fault the connection ends and nothing else comes.
        if let last = expected.last, last >= 400 { #expect(try client.receive().isEmpty) }
        return found
    }

    @Test func theTableIsLongEnough() throws {
        #expect(try StrictCase.all().count >= 150)
    }

    @Test func everyRowGetsItsAnswerInOneWrite() throws {
        let server = try TestServer()
        for row in try StrictCase.all() {
            let client = try server.client()
            do {
                try client.send(row.bytes)
                #expect(try StrictTests.statuses(client, expected: row.statuses) == row.statuses, "\(row.name)")
            } catch {
                Issue.record("\(row.name): \(error)")
            }
        }
        #expect(server.value("http_handler_defects_total") == 0)
    }

    @Test func everyRowGetsTheSameAnswerByteByByte() throws {
        let server = try TestServer()
        for row in try StrictCase.all() where row.bytes.count < 2000 {
            let client = try server.client()
            do {
                // The server may have closed before the last byte: that is its right after a fault.
                for byte in row.bytes { guard (try? client.send([byte])) != nil else { break } }
                #expect(try StrictTests.statuses(client, expected: row.statuses) == row.statuses, "\(row.name)")
            } catch {
                Issue.record("\(row.name): \(error)")
            }
        }
    }
}

import Glibc
import Host
import Network
import PluginKit
import TestKit
import Testing

@Suite("Gateway: health, metrics, redirect, the end")
struct OperationTests {
    @Test("health and metrics stand on the loopback listener, metrics nowhere else")
    func adminListener() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)]) { $0.address = "0.0.0.0" }
        let admin = host.visitor(.admin)
        let metrics = try await admin.get("/metrics")
        #expect(metrics.status == 200)
        #expect(metrics["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(try await admin.get("/health/live").json?["status"]?.string == "live")
        #expect(try await admin.get("/health/ready").json?["status"]?.string == "ready")
        for path in ["/", "/test/", "/api/test/desk/slips", "/test/login", "/assets/base.css"] {
            #expect(try await admin.get(path).status == 404, "\(path)")
        }
        #expect(try await host.visitor().get("/metrics").status == 404)
        // Whatever address people reach, the operators' listener stands on 127.0.0.1 alone.
        let listening = try #require(Self.listening(port: host.host.adminPort ?? 0))
        #expect(listening == ["0100007F"])
        #expect(Self.listening(port: host.host.port) == ["00000000"])
    }

    @Test("messages are counted by site, name and outcome")
    func metrics() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        try await host.account("liu", grants: [Grant(.windowStaff, in: RegionCode("430181"))])
        let browser = host.visitor()
        for _ in 0..<3 { _ = try await browser.get("/api/test/desk/slips") }
        try await browser.signIn("liu")
        _ = try await browser.get("/test/desk/")
        _ = try await browser.tell("/api/test/desk/slips", #"{"text":""}"#)
        let lines = try await host.visitor(.admin).get("/metrics").text.split(separator: "\n")
        #expect(lines.contains(#"shuniu_messages_total{site="test",message="desk.find-slips.v1",outcome="handled"} 4"#))
        #expect(lines.contains(#"shuniu_messages_total{site="test",message="desk.leave-slip.v1",outcome="refused"} 1"#))
        let unreadable = lines.filter { !$0.hasPrefix("#") && $0.wholeMatch(of: /[a-z0-9_]+(\{[^}]*\})? [0-9.e+-]+/) == nil }
        #expect(unreadable.isEmpty)
    }

    @Test("every metric says what it is and of what kind, once, right before its samples")
    func families() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        _ = try await host.visitor().get("/api/test/desk/slips")
        let lines = try await host.visitor(.admin).get("/metrics").text.split(separator: "\n").map(String.init)
        var seen: Set<String> = []
        var current = ""
        for line in lines {
            let words = line.split(separator: " ").map(String.init)
            if line.hasPrefix("# HELP ") {
                current = words[2]
                #expect(seen.insert(current).inserted, "\(current) twice")
                #expect(words.count > 3)
            } else if line.hasPrefix("# TYPE ") {
                #expect(words[2] == current)
            } else {
                let name = String(line.prefix { $0 != "{" && $0 != " " })
                #expect(["", "_bucket", "_sum", "_count"].contains { name == current + $0 }, "\(name) stands under \(current)")
            }
        }
        #expect(seen.isSuperset(of: ["shuniu_receipts_failing", "shuniu_expiry_seconds", "shuniu_messages_total"]))
    }

    @Test(
        "plain HTTP is sent to the same address on HTTPS, and nothing else",
        arguments: [
            ("localhost", "/test/desk/?a=%26b", "localhost"), ("localhost:8080", "/", "localhost"), ("127.0.0.1:80", "/x", "127.0.0.1"),
            ("[::1]:8080", "/", "[::1]"), ("[::1]", "/", "[::1]"),
        ])
    func redirect(name: String, path: String, wanted: String) async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        let answer = try await host.visitor(.redirect).get(path, headers: [("Host", name)])
        #expect(answer.status == 308)
        #expect(answer["Location"] == "https://\(wanted):\(host.host.port)\(path)")
        #expect(answer.body.isEmpty)
    }

    @Test("a drain answers what is under way, refuses what is new, and says that it is not ready")
    func drain() async throws {
        let host = try await TestHost([InstalledPlugin(Desk.self)])
        let door = "drain-\(host.host.port)"
        let waiting = host.visitor()
        async let answer = waiting.get("/test/desk/wait?door=\(door)")
        await Doors.arrival(at: door)
        // A loop of its own serves the operators, also now.
        let admin = host.visitor(.admin)
        #expect(try await admin.get("/health/ready").status == 200)

        async let stopped: Void = host.stop()
        while try await admin.get("/health/ready").status == 200 { await Task.yield() }
        let ready = try await admin.get("/health/ready")
        #expect(ready.status == 503)
        #expect(try await admin.get("/health/live").status == 200, "alive until the end, or a supervisor would kill it")

        Doors.open(door)
        let last = try await answer
        #expect(last.status == 200)
        #expect(last.text.contains("门开了"))
        #expect(last["Connection"] == "close")
        await stopped
        await #expect(throws: NetworkError.self) { try await host.visitor().get("/test/") }
    }

    /// The local addresses, as the kernel writes them, on which this machine listens at the port.
    private static func listening(port: Int) -> Set<Substring>? {
        // A file of the kernel says that it is empty, so it is read to its end.
        guard let file = fopen("/proc/self/net/tcp", "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte >= 0 { bytes.append(UInt8(byte)) }
        let text = String(decoding: bytes, as: UTF8.self)
        let wanted = String(port, radix: 16, uppercase: true)
        let rows = text.split(separator: "\n").dropFirst().map { $0.split(separator: " ") }
        return Set(
            rows.compactMap { row -> Substring? in
                guard row.count > 3, row[3] == "0A" else { return nil }
                let halves = row[1].split(separator: ":")
                return halves[1].drop { $0 == "0" } == wanted.drop { $0 == "0" } ? halves[0] : nil
            })
    }
}

import Foundation
import Messages
import Network

/// The expo's front page and a hall, as visitors see them: the program itself with the demo's sites, over HTTPS.
struct PagesBench {
    let options: Options
    let place: Workplace

    func run(into report: inout Report) throws {
        let program = "\(Workplace.programs)/shuniu"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            report.notes.append("pages: build the program first, `swift build -c release --product shuniu`.")
            return
        }
        let demo = try DemoServer(program, folder: place.room("pages"))
        defer { demo.stop() }
        let client = try HTTPClient(port: demo.port, trust: .anyone, timeout: .seconds(30))
        let found = try JSONValue(parsing: client.get("/api/hunan/expo/exhibitions?limit=50").body)
        guard let exhibition = found["items"]?.array?.first(where: { $0["state"]?.string == "published" })?["id"]?.string else {
            throw BenchError("no published exhibition in the demo")
        }
        for (name, path) in [("front", "/hunan/expo/"), ("hall", "/hunan/expo/exhibitions/\(exhibition)/halls/1")] {
            let page = try client.get(path)
            guard page.status == 200 else { throw BenchError("\(path): \(page.status)") }
            report.add("pages.\(name).bytes", Double(page.body.count) / 1024, "KiB")
            // A query makes the page anew each time.
            try measure("\(name).made", path + "?via=bench", demo, into: &report)
            try measure(name, path, demo, into: &report)
        }
    }

    /// 64 connections, each asking again as soon as it was answered; rate by the server's CPU, since the load runs beside it.
    private func measure(_ name: String, _ path: String, _ demo: DemoServer, into report: inout Report) throws {
        var plan = LoadGenerator.Plan(port: demo.port, requests: [Self.page(path)])
        plan.warmUp = 0
        plan.seconds = 0.5
        _ = try LoadGenerator.run(plan)
        plan.seconds = max(options.seconds, 3)
        let before = demo.cpuSeconds
        let outcome = try LoadGenerator.run(plan)
        let spent = demo.cpuSeconds - before
        if spent > 0 { report.add("pages.\(name).percore", Double(outcome.answers) / spent, "pages/s") }
        report.add("pages.\(name).rate", outcome.rate, "pages/s")
        report.add("pages.\(name).p99", outcome.times[0].milliseconds(0.99), "ms")
        if let trouble = outcome.trouble { report.notes.append("pages \(name): \(trouble)") }
    }

    private static func page(_ path: String) -> [UInt8] {
        Array("GET \(path) HTTP/1.1\r\nHost: localhost\r\nUser-Agent: shuniu-bench\r\nAccept: text/html\r\n\r\n".utf8)
    }
}

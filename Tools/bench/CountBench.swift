import Foundation
import Messages

/// Instructions, counted by callgrind: they repeat to a per cent where seconds do not. Two runs of different length; the
/// difference is the work itself, without start and end.
struct CountBench {
    let place: Workplace

    func run(into report: inout Report) throws {
        guard let valgrind = Workplace.find("valgrind") else {
            report.notes.append("instructions are not counted: `apt-get install valgrind`.")
            return
        }
        report.add("count.json.instructions", try json(valgrind), "instructions")
        report.add("count.request.instructions", try requests(valgrind, "/api/bench/bench/greeting"), "instructions")
        report.add("count.record.instructions", try requests(valgrind, "/api/bench/bench/records/77"), "instructions")
        report.add("count.partner.instructions", try requests(valgrind, "/api/bench/bench/greeting", asPartner: true), "instructions")
    }

    private func tool(_ valgrind: String, _ file: String) -> [String] {
        [valgrind, "--tool=callgrind", "--callgrind-out-file=\(file)", "--quiet"]
    }

    /// What callgrind wrote at the end.
    private func total(_ file: String) throws -> Double {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        guard let line = text.split(separator: "\n").last(where: { $0.hasPrefix("totals:") || $0.hasPrefix("summary:") }),
            let number = line.split(separator: " ").last.flatMap({ Double($0) })
        else { throw BenchError("callgrind wrote no total") }
        return number
    }

    private func json(_ valgrind: String) throws -> Double {
        let counts = [500, 2500]
        let totals = try counts.map { count in
            let file = "\(place.folder)/callgrind.json.\(count)"
            let words = tool(valgrind, file) + ["\(Workplace.programs)/bench", "json-rounds", "\(count)"]
            let child = try ChildProcess(words[0], Array(words.dropFirst()))
            guard child.line(beginning: "done") != nil else { throw BenchError("valgrind did not run the coder") }
            child.stop()
            return try total(file)
        }
        return (totals[1] - totals[0]) / Double(counts[1] - counts[0])
    }

    /// - Parameter asPartner: with a token, so that the contract and the receipt count, its batch with all threads among it.
    private func requests(_ valgrind: String, _ path: String, asPartner: Bool = false) throws -> Double {
        let counts = [500, 3500]
        let totals = try counts.map { count in
            let file = "\(place.folder)/callgrind.requests.\(count)"
            let served = try Servers.own(place, name: "counted", under: tool(valgrind, file))
            var plan = LoadGenerator.Plan(port: served.plainPort, isTLS: false, connections: 4, requests: [LoadGenerator.get(path, token: asPartner ? served.token : nil)])
            plan.warmUp = 0
            plan.total = count
            let outcome = try LoadGenerator.run(plan)
            // What a host does once after its start belongs to both runs.
            usleep(2_500_000)
            served.child.stop()
            if let trouble = outcome.trouble { throw BenchError("counting: \(trouble)") }
            return try total(file)
        }
        return (totals[1] - totals[0]) / Double(counts[1] - counts[0])
    }

    /// `bench json-rounds N`: what runs under callgrind.
    static func jsonRounds(_ count: Int) throws {
        let bytes = try JSON.encode(Record.sample(7))
        for _ in 0..<count { try JSONBench.roundTrip(bytes) }
        print("done")
    }
}

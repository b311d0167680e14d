import Foundation
import Network

/// The program itself, started as an operator starts it: time until it listens, memory once it is idle.
struct StartBench {
    let place: Workplace
    let rounds: Int

    func run(into report: inout Report) throws {
        let program = "\(Workplace.programs)/shuniu"
        guard FileManager.default.isExecutableFile(atPath: program) else {
            report.notes.append("start and idle memory: build the program first, `swift build -c release --product shuniu`.")
            return
        }
        for count in [1, 137] {
            let folder = try place.room("start-\(count)")
            try FileManager.default.createDirectory(atPath: "\(folder)/data/_tls", withIntermediateDirectories: true)
            try Servers.makeCertificate(in: "\(folder)/data/_tls")
            try configure(program, folder, count)
            let first = try start(program, folder)
            report.add("start.\(count).new", first.milliseconds, "ms")
            var again: [Double] = [], memory: [Double] = []
            for _ in 0..<rounds {
                let (milliseconds, bytes) = try start(program, folder)
                again.append(milliseconds)
                memory.append(bytes)
            }
            report.add("start.\(count)", median(again), "ms")
            report.add("memory.\(count)", median(memory) / 1_000_000, "MB")
        }
    }

    /// Bytes of the process of a plug-in at an idle host with one site: resident, its share of them, its own.
    func childMemory(of program: String, plugin: String) throws -> (resident: Double, share: Double, own: Double) {
        let folder = try place.room("start-process")
        try FileManager.default.createDirectory(atPath: "\(folder)/data/_tls", withIntermediateDirectories: true)
        try Servers.makeCertificate(in: "\(folder)/data/_tls")
        try configure(program, folder, 1)
        let file = URL(fileURLWithPath: "\(folder)/configs/sites/site-0/site.json5")
        let text = try String(contentsOf: file, encoding: .utf8)
        try text.replacingOccurrences(of: "ownProcess: []", with: "ownProcess: [\"\(plugin)\"]").write(to: file, atomically: true, encoding: .utf8)
        var share = 0.0, own = 0.0
        let resident = try start(program, folder) { host in
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(host)/task")) ?? []
            let children = tasks.flatMap { ((try? String(contentsOfFile: "/proc/\(host)/task/\($0)/children", encoding: .utf8)) ?? "").split(separator: " ") }
            guard let child = children.compactMap({ Int32($0) }).first else { throw BenchError("the host has no process of \(plugin)") }
            share = ProcessFacts.memory(child, "Pss")
            own = ProcessFacts.memory(child, "Private_Dirty")
            return ProcessFacts.memory(child)
        }.bytes
        return (resident, share, own)
    }

    private func configure(_ program: String, _ folder: String, _ count: Int) throws {
        for number in 0..<count {
            // The first `init` writes the host's file; for the rest only the folder of the site is kept.
            let target = number == 0 ? "\(folder)/configs" : "\(folder)/more"
            let made = Process()
            made.executableURL = URL(fileURLWithPath: program)
            made.arguments = [
                "init", "--configs", target, "--data", "\(folder)/data", "--site", "site-\(number)", "--title", "演示站点 \(number)",
                "--kind", "park", "--region", "430181", "--port", "0",
            ]
            made.standardOutput = FileHandle.nullDevice
            made.standardError = FileHandle.nullDevice
            try made.run()
            made.waitUntilExit()
            guard made.terminationStatus == 0 else { throw BenchError("shuniu init ended with \(made.terminationStatus)") }
            guard number > 0 else { continue }
            try FileManager.default.moveItem(atPath: "\(target)/sites/site-\(number)", toPath: "\(folder)/configs/sites/site-\(number)")
            try FileManager.default.removeItem(atPath: target)
        }
    }

    private func start(
        _ program: String, _ folder: String, memory: (Int32) throws -> Double = ProcessFacts.memory
    ) throws -> (milliseconds: Double, bytes: Double) {
        let begin = LoadGenerator.now()
        let log = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = ["serve", "--configs", "\(folder)/configs", "--data", "\(folder)/data", "--port", "0"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = log
        try process.run()
        var text = ""
        while !text.contains("\"started\"") {
            let chunk = log.fileHandleForReading.availableData
            guard !chunk.isEmpty else { throw BenchError("shuniu serve did not start: \(text.suffix(300))") }
            text += String(decoding: chunk, as: UTF8.self)
        }
        let milliseconds = Double(LoadGenerator.now() - begin) / 1e6
        log.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
        usleep(1_500_000)
        defer {
            log.fileHandleForReading.readabilityHandler = nil
            process.terminate()
            process.waitUntilExit()
        }
        let bytes = try memory(process.processIdentifier)
        return (milliseconds, bytes)
    }
}

import Foundation

/// One measured number.
struct Reading: Sendable {
    var name: String
    var value: Double
    var unit: String

    init(_ name: String, _ value: Double, _ unit: String) {
        self.name = name
        self.value = value
        self.unit = unit
    }
}

/// What a measured number must reach. The list stands in `Targets.swift`.
struct Target: Sendable {
    enum Bound: Sendable { case atLeast(Double), atMost(Double) }

    /// Of the reading it judges.
    var name: String
    /// What is compared, in words.
    var text: String
    var bound: Bound
    var unit: String

    func isMet(by value: Double) -> Bool {
        switch bound {
        case .atLeast(let least): value >= least
        case .atMost(let most): value <= most
        }
    }

    var boundText: String {
        switch bound {
        case .atLeast(let least): "≥ \(Report.number(least)) \(unit)"
        case .atMost(let most): "≤ \(Report.number(most)) \(unit)"
        }
    }
}

/// Everything one run measured, as a table for people and as JSON for programs.
struct Report {
    var readings: [Reading] = []
    /// Sentences about what could not be measured, and what to do about it.
    var notes: [String] = []

    mutating func add(_ name: String, _ value: Double, _ unit: String) { readings.append(Reading(name, value, unit)) }

    private func value(_ name: String) -> Double? { readings.last { $0.name == name }?.value }

    /// How each target was met; `nil` where this run did not measure it.
    var verdicts: [(target: Target, value: Double?, met: Bool?)] {
        Target.all.map { target in
            let found = value(target.name)
            return (target, found, found.map { target.isMet(by: $0) })
        }
    }

    var missed: [String] { verdicts.filter { $0.met == false }.map(\.target.text) }

    func table() -> String {
        var lines: [String] = ["", "Measured"]
        for reading in readings {
            lines.append("  " + Report.pad(reading.name, 46) + Report.pad(Report.number(reading.value), 14, right: true) + "  " + reading.unit)
        }
        lines += ["", "Targets"]
        for (target, value, met) in verdicts {
            let mark = met.map { $0 ? "met   " : "MISSED" } ?? "  –   "
            let shown = value.map { Report.number($0) + " " + target.unit } ?? "not measured in this run"
            lines.append("  \(mark)  " + Report.pad(target.text, 64) + Report.pad(target.boundText, 26) + shown)
        }
        let judged = verdicts.compactMap(\.met)
        lines += ["", "\(judged.filter { $0 }.count) of \(judged.count) measured targets met."]
        if !missed.isEmpty { lines.append("Missed: " + missed.joined(separator: "; ") + ".") }
        return (lines + notes.map { "Note: \($0)" }).joined(separator: "\n")
    }

    func json() throws -> Data {
        let targets: [[String: Any]] = verdicts.map { target, value, met in
            var entry: [String: Any] = ["name": target.name, "text": target.text, "target": target.boundText]
            if let value { entry["value"] = value }
            if let met { entry["met"] = met }
            return entry
        }
        let whole: [String: Any] = [
            "machine": Machine.facts,
            "readings": readings.map { ["name": $0.name, "value": $0.value, "unit": $0.unit] as [String: Any] },
            "targets": targets, "notes": notes,
        ]
        return try JSONSerialization.data(withJSONObject: whole, options: [.prettyPrinted, .sortedKeys])
    }

    static func number(_ value: Double) -> String {
        let digits = abs(value) >= 1000 ? 0 : abs(value) >= 100 ? 1 : 2
        var text = String(format: "%.\(digits)f", value)
        if text.contains(".") {
            while text.hasSuffix("0") { text.removeLast() }
            if text.hasSuffix(".") { text.removeLast() }
        }
        return text
    }

    private static func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
        let space = String(repeating: " ", count: max(1, width - text.count))
        return right ? space + text : text + space
    }
}

/// Where a run took place: numbers of different machines must not be compared.
enum Machine {
    static var facts: [String: Any] {
        let cpu = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?
            .split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        return [
            "cores": ProcessInfo.processInfo.activeProcessorCount, "cpu": cpu ?? "unknown",
            "system": ProcessInfo.processInfo.operatingSystemVersionString,
            "time": ISO8601DateFormatter().string(from: Date()),
        ]
    }
}

/// Medians, since a shared machine is never quiet for long.
func median(_ values: [Double]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

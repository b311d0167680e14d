import Foundation

/// What a run is told on the command line.
struct Options {
    static let parts = ["gateway", "store", "bus", "json", "process", "switch", "start", "count"] + onRequest
    /// Long ones, and those that need something more: only when named.
    static let onRequest = ["partner", "crowd", "overload", "nats", "burst", "pages", "market", "hotline", "trunk", "links"]
    static let rivals = ["nginx", "postgresql", "nats"]

    var only: Set<String> = Set(parts).subtracting(onRequest)
    var against: Set<String> = []
    var rounds = 5
    var seconds = 1.5
    var jsonFile: String?
    /// Milliseconds that a sync of the disk takes at least.
    var sync = 0.0
    /// That wait at a child before it catches up.
    var events = 200_000
    /// Links at rest.
    var links = 136

    static let help = """
        Usage: bench [--only PART]… [--against SERVER]… [--rounds N] [--seconds S] [--events N] [--links N] [--sync-ms MS] [--json FILE]

          --only PART       \(parts.joined(separator: ", ")); may be repeated; all but \(onRequest.joined(separator: ", ")) unless said
          --against SERVER  \(rivals.joined(separator: ", ")); the same load on that server in the same run
          --rounds N        rounds of each measurement, of which the median counts (default 5)
          --seconds S       length of a round (default 1.5)
          --events N        events that wait before a link catches up (part trunk; default 200000)
          --links N         links between the hosts (part links; default 136, for which the target holds)
          --sync-ms MS      lets every sync take so long at least, as on a slower disk (0.2 to 0.8 where the store's targets were found)
          --json FILE       also writes everything as JSON

        Measure on a release build: Tools/bench/run does that.
        """

    init(_ arguments: [String]) throws {
        var chosen: Set<String> = []
        var rest = arguments[...]
        func value(_ name: String) throws -> String {
            guard let value = rest.popFirst() else { throw BenchError("\(name) needs a value") }
            return value
        }
        while let word = rest.popFirst() {
            switch word {
            case "--only":
                let part = try value(word)
                guard Self.parts.contains(part) else { throw BenchError("--only takes \(Self.parts.joined(separator: ", ")), not '\(part)'") }
                chosen.insert(part)
            case "--against":
                let rival = try value(word)
                guard Self.rivals.contains(rival) else {
                    throw BenchError("--against takes \(Self.rivals.joined(separator: ", ")), not '\(rival)'")
                }
                against.insert(rival)
            case "--rounds":
                let text = try value(word)
                guard let number = Int(text), (1...100).contains(number) else { throw BenchError("--rounds takes 1 to 100, not '\(text)'") }
                rounds = number
            case "--seconds":
                let text = try value(word)
                guard let number = Double(text), (0.2...60).contains(number) else { throw BenchError("--seconds takes 0.2 to 60, not '\(text)'") }
                seconds = number
            case "--events":
                let text = try value(word)
                guard let number = Int(text), (1000...10_000_000).contains(number) else { throw BenchError("--events takes 1000 to 10000000, not '\(text)'") }
                events = number
            case "--links":
                let text = try value(word)
                guard let number = Int(text), (1...400).contains(number) else { throw BenchError("--links takes 1 to 400, not '\(text)'") }
                links = number
            case "--sync-ms":
                let text = try value(word)
                guard let number = Double(text), (0...100).contains(number) else { throw BenchError("--sync-ms takes 0 to 100, not '\(text)'") }
                sync = number
            case "--json": jsonFile = try value(word)
            default: throw BenchError("unknown option '\(word)'\n\n\(Self.help)")
            }
        }
        if !chosen.isEmpty { only = chosen }
    }
}

package import Bus
import Dispatch
import Messages
import Store

extension Trunk {
    /// Lets a site of this host whose files were restored from an older copy go on: the other ends of its links say what they have of its
    /// logs beyond what is here; their numbers are passed over, and what was said here meanwhile is said again behind them.
    ///
    /// - Returns: what it came to, for each log that had gone another way; empty: there is none.
    /// - Throws: `Refusal` `trunk.not-resumable`, or `trunk.not-traced` where an end did not answer: nothing was changed in that log;
    ///   `trunk.not-finished`: perhaps something was, and doing it again goes on from there.
    package func resume(_ site: String) async throws -> [LogResumption] {
        var done: [LogResumption] = []
        for (source, ends) in ahead(of: site).sorted(by: { $0.key < $1.key }) {
            guard let log = network.ownLog(source) else { throw Refusal.notResumable(source, nil) }
            var from = Int64.max, head: Int64 = 0
            var known: [Int64: TracedEntry] = [:]
            for end in ends {
                let found = try await Self.common(source, log, end)
                from = min(from, found.from)
                head = max(head, found.head)
                for entry in found.known { known[entry.seq] = entry }
            }
            do { done.append(try await log.goOn(after: from, beyond: head, known: known.values.sorted { $0.seq < $1.seq })) } catch {
                let cause = (error as? Refusal) ?? (error as? StoreError)?.refusal
                // Only a program that cannot do it at all has surely left the log as it was.
                throw cause?.status == 501 ? Refusal.notResumable(source, cause) : Refusal.notFinished(source, cause)
            }
            try await note(PassedNumbers(source: source, from: from, to: head))
        }
        if !done.isEmpty { meetAgain(site) }
        return done
    }

    /// Another end of a link that is ahead with a log.
    struct AheadEnd: Sendable {
        var name: String
        var head: Int64
        var trace: @Sendable (TraceRequest) async throws -> TraceAnswer?
    }

    /// What an end has behind the last entry that is the same here and there.
    private static func common(_ source: String, _ log: any ResumableLog, _ end: AheadEnd) async throws -> (from: Int64, head: Int64, known: [TracedEntry]) {
        let last: Int64
        do { last = try await log.standing(among: []).last } catch let refusal as Refusal { throw Refusal.notResumable(source, refusal) }
        var reach: Int64 = 500
        while true {
            let start = max(0, min(last, end.head) - reach)
            var known: [TracedEntry] = []
            var head = end.head
            while true {
                guard let answer = try await end.trace(TraceRequest(source: source, after: known.last?.seq ?? start)) else { throw Refusal.notTraced(source, at: end.name) }
                known += answer.entries
                head = max(head, answer.head)
                if answer.entries.count < TraceAnswer.most { break }
            }
            if let same = try await log.standing(among: known).same { return (same, head, known.filter { $0.seq > same }) }
            if start == 0 { return (0, head, known) }
            reach *= 8
        }
    }
}

/// Waits elsewhere for what blocks.
func blocking<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in DispatchQueue.global().async { continuation.resume(with: Result { try work() }) } }
}

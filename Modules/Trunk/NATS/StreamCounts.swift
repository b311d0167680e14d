import Bus
import Dispatch
import Messages
import Synchronization
import Vocabulary

/// Comparing a parent with its children over a broker: the parent asks whoever writes a site's stream, at the subject where that answers
/// whether it runs; the answer comes in as many messages as it needs. Both are sealed under the network's key.
///
/// A message of an answer: 1, its place and how many there are (two bytes each, big-endian), a piece of the JSON.
enum CountParts {
    static func split(_ bytes: [UInt8], size: Int) -> [[UInt8]] {
        let size = max(1, size)
        let count = max(1, (bytes.count + size - 1) / size)
        return (0..<count).map { place in
            [1] + [place >> 8, place & 255, count >> 8, count & 255].map { UInt8($0 & 255) } + bytes[min(place * size, bytes.count)..<min((place + 1) * size, bytes.count)]
        }
    }

    /// - Returns: its place, how many there are, its bytes; `nil`: it is something else, as hosts of an older version say.
    static func read(_ part: [UInt8]) -> (place: Int, count: Int, bytes: ArraySlice<UInt8>)? {
        guard part.count >= 5, part[0] == 1 else { return nil }
        let place = Int(part[1]) << 8 | Int(part[2]), count = Int(part[3]) << 8 | Int(part[4])
        return place < count ? (place, count, part[5...]) : nil
    }
}

extension StreamHolder {
    /// What another host asks of a site that this one runs; off the connection's thread.
    func answer(_ message: NATSMessage, to reply: String, of site: String) {
        let subject = names.holder(site)
        guard let counting = counting.withLock({ $0 }), let wish = try? JSON.decode(CountWish.self, from: broker.keys.open(message.payload, of: subject)) else { return }
        counts.async { [self] in
            do {
                guard let answer = try counting(site, wish) else { return }
                // A quarter left for seal and head.
                for part in CountParts.split(try JSON.encode(answer), size: min(jetStream.client.mostBytes, 1 << 20) * 3 / 4) {
                    try jetStream.client.publish(reply, broker.keys.seal(part, for: subject))
                }
            } catch { log(.error, "nats-not-counted", "\(error)", ("site", site)) }
        }
    }

    /// Asks whoever runs a site; waits.
    ///
    /// - Throws: `NATSError` `nats.no-responders` where nobody runs it, `nats.timeout` where the answer does not come or cannot be read.
    func ask(_ site: String, _ wish: CountWish, within patience: Duration) throws -> CountAnswer {
        let subject = names.holder(site), client = jetStream.client
        let state = Mutex((parts: [Int: ArraySlice<UInt8>](), outcome: Result<[UInt8], NATSError>?.none))
        let done = DispatchSemaphore(value: 0)
        let inbox = client.freshInbox()
        let number = client.subscribe(inbox) { [broker] message in
            let isOver = state.withLock { state -> Bool in
                guard state.outcome == nil else { return false }
                if message.headers.status == 503 {
                    state.outcome = .failure(.nobody)
                } else if let plain = try? broker.keys.open(message.payload, of: subject), let part = CountParts.read(plain) {
                    state.parts[part.place] = part.bytes
                    if state.parts.count == part.count { state.outcome = .success((0..<part.count).flatMap { state.parts[$0] ?? [] }) }
                } else {
                    state.outcome = .failure(.timeout)
                }
                return state.outcome != nil
            }
            if isOver { done.signal() }
        }
        defer { client.unsubscribe(number) }
        try client.publish(subject, reply: inbox, broker.keys.seal(JSON.encode(wish), for: subject))
        guard done.wait(timeout: .now() + .milliseconds(Int(patience.milliseconds))) == .success, let outcome = state.withLock({ $0.outcome }) else { throw NATSError.timeout }
        let answer = try JSON.decode(CountAnswer.self, from: outcome.get())
        guard answer.id == wish.id else { throw NATSError.timeout }
        return answer
    }
}

extension StreamWriter {
    /// What a site's logs hold by type and day, of that what comes to a site that stands above it.
    func counts(of site: String, _ wish: CountWish, without passed: [PassedNumbers]) throws -> [DayCount] {
        let to = Set(wish.to ?? [])
        return try carrier.counts(from: wish.from, upTo: wish.heads, without: passed, of: site) { entry in
            entry.target.map { to.contains(String($0)) } ?? true
        }
    }
}

public import Messages
import Synchronization
import Vocabulary

/// How one type of message flows at a site: since the bus began, and of late.
public struct MessageFlow: Sendable {
    public enum Kind: String, Sendable {
        case command, query, reaction
    }

    /// Who handles it.
    public var plugin: String
    public var name: WireName
    public var kind: Kind
    public var total: MessageMetrics.Reading
    /// What came on top within `span`.
    public var recent: MessageMetrics.Reading
    /// How far `recent` reaches back: one to two minutes, less after the start.
    public var span: Duration
    /// It is a subscription of a plug-in in its own process, which counts for itself: the figures are empty.
    public var isCountedElsewhere = false

    /// Handled, refused and failed in a minute, of late.
    public var perMinute: Double {
        let seconds = Double(span.milliseconds) / 1000
        return seconds > 0 ? Double(recent.count) * 60 / seconds : 0
    }
}

extension MessageMetrics.Reading {
    public var count: Int { handled + refused + failed }

    /// The microseconds within which that share was done: the upper bound of its bucket; `nil` where nothing was, or beyond the last bound.
    public func microseconds(share: Double) -> Int? {
        let all = buckets.reduce(0, +)
        guard all > 0 else { return nil }
        var seen = 0
        for (index, count) in buckets.enumerated() {
            seen += count
            if Double(seen) >= Double(all) * share { return index < MessageMetrics.bounds.count ? MessageMetrics.bounds[index] : nil }
        }
        return nil
    }

    static func - (left: Self, right: Self) -> Self {
        var difference = left
        difference.handled -= right.handled
        difference.refused -= right.refused
        difference.failed -= right.failed
        difference.microseconds -= right.microseconds
        difference.buckets = zip(left.buckets, right.buckets).map { $0 - $1 }
        return difference
    }
}

/// Remembers what the counters said one to two minutes ago; counting itself knows nothing of it.
final class FlowWatch: Sendable {
    private struct Sample {
        var time: Timestamp
        var readings: [ObjectIdentifier: MessageMetrics.Reading]
    }

    private struct State {
        var older: Sample
        var newer: Sample?
    }

    private let all: [MessageMetrics]
    private let state: Mutex<State>

    init(_ all: [MessageMetrics], now: Timestamp) {
        self.all = all
        state = Mutex(State(older: Self.sample(all, now)))
    }

    private static func sample(_ all: [MessageMetrics], _ now: Timestamp) -> Sample {
        // Those that were never called are missing.
        Sample(time: now, readings: Dictionary(all.filter { !$0.isUntouched }.map { (ObjectIdentifier($0), $0.reading) }) { first, _ in first })
    }

    func tick(_ now: Timestamp) {
        state.withLock { state in
            guard now >= (state.newer ?? state.older).time.advanced(by: .seconds(60)) else { return }
            if let newer = state.newer { state.older = newer }
            state.newer = Self.sample(all, now)
        }
    }

    /// What came on top of the older sample.
    func recent(_ metrics: MessageMetrics, now: Timestamp) -> (reading: MessageMetrics.Reading, span: Duration) {
        let older = state.withLock { $0.older }
        let reading = metrics.reading
        return (older.readings[ObjectIdentifier(metrics)].map { reading - $0 } ?? reading, now.since(older.time))
    }
}

extension SiteBus {
    /// How the site's messages flow, by plug-in and name. What a process in its own place hears of others is counted there, and only named here.
    public var flow: [MessageFlow] {
        let now = clock.now
        let elsewhere = remotes.flatMap { remote in
            remote.wiring.reactions.map { reaction in
                MessageFlow(
                    plugin: remote.id, name: reaction.name, kind: .reaction, total: reaction.metrics.reading, recent: reaction.metrics.reading, span: .zero,
                    isCountedElsewhere: true)
            }
        }
        return elsewhere + counters.map { counter in
            let (recent, span) = flowWatch.recent(counter.metrics, now: now)
            return MessageFlow(
                plugin: counter.plugin, name: counter.name, kind: counter.kind, total: counter.metrics.reading, recent: recent, span: span)
        }
    }

    struct Counter {
        var plugin: String
        var name: WireName
        var kind: MessageFlow.Kind
        var metrics: MessageMetrics
    }

    var counters: [Counter] { Self.counters(plugs, remotes) }

    static func counters(_ plugs: [Plug], _ remotes: [RemotePlug]) -> [Counter] {
        let wirings = plugs.map { ($0.wiring, true) } + remotes.map { ($0.wiring, false) }
        return wirings.flatMap { wiring, isHere in
            wiring.commands.map { Counter(plugin: wiring.plugin, name: $0.name, kind: .command, metrics: $0.metrics) }
                + wiring.queries.map { Counter(plugin: wiring.plugin, name: $0.name, kind: .query, metrics: $0.metrics) }
                + (isHere ? wiring.reactions.map { Counter(plugin: wiring.plugin, name: $0.name, kind: .reaction, metrics: $0.metrics) } : [])
        }
    }
}

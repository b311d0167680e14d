import HotlineContracts
import Messages
import Vocabulary

/// One report about a call, as its table holds it.
struct CallReport: Sendable, Hashable {
    /// The delivery's id: the same at every attempt.
    var id: String
    var kind: CallEvent.Kind
    var at: Timestamp
    var seat: SeatID?
    var skill: String?
    var reason: String?
    var recording: String?
    var participant: String?
    var address: String?
}

/// What a call is, from the set of its reports: neither their order nor how often they came makes a difference, and what is missing
/// leaves a value absent, never a wrong one.
struct CallFacts: Sendable, Hashable {
    var kind = CallKind.voice
    var offeredAt: Timestamp?
    var answeredAt: Timestamp?
    var endedAt: Timestamp?
    var seat: SeatID?
    var skill: String?
    var address: String?
    var state: CallState
    /// In the order they were made.
    var recordings: [Recording] = []
    var participants: [Participant] = []

    struct Recording: Sendable, Hashable {
        var place: String
        var at: Timestamp
    }

    struct Participant: Sendable, Hashable {
        var id: String
        var joinedAt: Timestamp?
        var leftAt: Timestamp?
        /// Joined and, by the latest of both reports, still there.
        var isPresent: Bool
    }

    /// - Parameter lapsed: nothing was heard of it for too long.
    init(_ reports: some Collection<CallReport>, lapsed: Bool = false) {
        let ordered = reports.sorted { ($0.at, $0.id) < ($1.at, $1.id) }
        func first(_ kind: CallEvent.Kind) -> CallReport? { ordered.first { $0.kind == kind } }
        func earliest<T>(_ value: (CallReport) -> T?) -> T? { ordered.lazy.compactMap(value).first }
        skill = earliest(\.skill)
        address = earliest(\.address)
        var places: Set<String> = []
        recordings = ordered.filter { $0.kind == .callRecorded }.compactMap { report in
            guard let place = report.recording, places.insert(place).inserted else { return nil }
            return Recording(place: place, at: report.at)
        }
        let isVideo = ordered.contains { [.videoCreated, .videoJoined, .videoLeft].contains($0.kind) }
        kind = isVideo ? .video : .voice
        if isVideo {
            participants = Self.participants(ordered)
            let seated = ordered.first { $0.kind == .videoJoined && $0.participant?.hasPrefix("seat/") == true }
            offeredAt = first(.videoCreated)?.at
            answeredAt = seated?.at
            seat = seated?.participant.flatMap { SeatID(String($0.dropFirst("seat/".count))) }
            if first(.callEnded) != nil || (!participants.isEmpty && participants.allSatisfy { !$0.isPresent }) {
                endedAt = ordered.last { $0.kind == .videoLeft || $0.kind == .callEnded }?.at
            }
        } else {
            offeredAt = first(.callOffered)?.at
            answeredAt = first(.callAnswered)?.at
            endedAt = first(.callEnded)?.at ?? (offeredAt == nil && answeredAt == nil ? ordered.last?.at : nil)
            seat = first(.callAnswered)?.seat
        }
        // Clocks of two machines may disagree by a little; nothing lasts less than no time.
        if let ended = endedAt, let answered = answeredAt, ended < answered { endedAt = answered }
        if let answered = answeredAt, let offered = offeredAt, answered < offered { offeredAt = answered }
        // A recording without a report of an answer: that report is missing.
        state =
            endedAt != nil
            ? (answeredAt != nil || !recordings.isEmpty ? .ended : .abandoned)
            : lapsed ? .lapsed : answeredAt != nil ? .talking : .waiting
    }

    private static func participants(_ ordered: [CallReport]) -> [Participant] {
        var ids: [String] = []
        for id in ordered.compactMap(\.participant) where !ids.contains(id) { ids.append(id) }
        return ids.map { id in
            let own = ordered.filter { $0.participant == id }
            let joined = own.filter { $0.kind == .videoJoined }
            let left = own.filter { $0.kind == .videoLeft }
            // Who left without a report of having joined was there all the same; a second joining counts.
            let isPresent = joined.last.map { last in left.last.map { $0.at < last.at } ?? true } ?? false
            return Participant(
                id: id, joinedAt: joined.first?.at, leftAt: isPresent ? nil : left.last?.at, isPresent: isPresent)
        }
    }

    /// What it adds to the figures of its day; a figure is the sum over the calls, whatever way they came to be.
    var figures: [String: Int] {
        guard state == .talking || state == .ended || state == .abandoned else { return [:] }
        var found = ["calls": 1]
        if state != .abandoned { found["callsAnswered"] = 1 }
        if let answered = answeredAt {
            if let offered = offeredAt, answered.since(offered) <= .seconds(15) { found["callsAtOnce"] = 1 }
            if let ended = endedAt {
                found["callsHandled"] = 1
                found["callSeconds"] = Int(ended.since(answered).components.seconds)
            }
        }
        return found
    }

    /// The day they count for.
    var day: Day? { (offeredAt ?? answeredAt ?? endedAt)?.day }
}

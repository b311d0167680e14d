import SchoolContracts
import Vocabulary

/// What played pieces of a recorded lesson are worth. A browser's word is not enough: nothing is credited faster than time passes, and
/// nothing goes on for long without somebody saying that they are there.
enum StudyRules {
    /// How much of a lesson out of a hundred counts as having attended it, where nothing else is said.
    static let usualPercent = 90
    /// Time that passed without a report is kept for so long: a window left open saves nothing up. Reports come every fifteen seconds.
    static let mostSaved = 60_000
    /// So much may be missing at the end: players' clocks are not exact.
    static let tolerance = 2_000
}

/// The clock of one participant: how much played time the next report may bring, over all lessons and windows.
struct StudyClock: Equatable {
    var reportedAt: Timestamp
    /// Milliseconds that passed and were not used yet.
    var allowance: Int
    /// Milliseconds counted since somebody said that they are there.
    var unconfirmed: Int

    /// The clock at the first report, which brings nothing.
    init(startedAt now: Timestamp) { self.init(reportedAt: now, allowance: 0, unconfirmed: 0) }

    init(reportedAt: Timestamp, allowance: Int, unconfirmed: Int) {
        self.reportedAt = reportedAt
        self.allowance = allowance
        self.unconfirmed = unconfirmed
    }

    /// Whether nothing counts until somebody answers.
    ///
    /// - Parameter limit: minutes; 0: nobody is ever asked.
    func mustConfirm(after limit: Int) -> Bool { limit > 0 && unconfirmed >= limit * 60_000 }

    /// Moves the clock to a report and takes from its pieces what time allows, in their order.
    ///
    /// - Returns: the pieces that count.
    mutating func take(_ played: [PlayedPiece], isPresent: Bool, now: Timestamp, confirmAfter limit: Int)
        -> [PlayedPiece]
    {
        let passed = max(0, now.milliseconds - reportedAt.milliseconds)
        allowance = Int(min(Int64(StudyRules.mostSaved), Int64(allowance) + passed))
        reportedAt = now
        if isPresent { unconfirmed = 0 }
        if mustConfirm(after: limit) {
            // Time without an answer is lost, not saved.
            allowance = 0
            return []
        }
        var taken: [PlayedPiece] = []
        for piece in played where allowance > 0 && piece.to > piece.from {
            let length = min(piece.to - piece.from, allowance)
            allowance -= length
            unconfirmed += length
            taken.append(PlayedPiece(from: piece.from, to: piece.from + length))
        }
        return taken
    }
}

/// What is covered of one lesson: pieces in order, none touching the next.
struct Coverage: Equatable {
    private(set) var pieces: [PlayedPiece]

    init(_ pieces: [PlayedPiece] = []) { self.pieces = pieces }

    /// Milliseconds.
    var length: Int { pieces.reduce(0) { $0 + $1.to - $1.from } }

    /// Adds pieces; what is covered already counts once, what lies beyond the lesson's end not at all.
    mutating func add(_ played: [PlayedPiece], length: Int) {
        let all = (pieces + played.map { PlayedPiece(from: max(0, $0.from), to: min($0.to, length)) })
            .filter { $0.to > $0.from }.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
        pieces = []
        for piece in all {
            if let last = pieces.last, piece.from <= last.to {
                pieces[pieces.count - 1].to = max(last.to, piece.to)
            } else {
                pieces.append(piece)
            }
        }
    }

    func reaches(_ percent: Int, of length: Int) -> Bool {
        self.length > 0 && (self.length + StudyRules.tolerance) * 100 >= length * percent
    }
}

public import Messages
public import Vocabulary

/// What supervisors watch, one row a node: calls of today and at this moment, orders under way, what callers said in 30 days. Confidential
/// orders are in none of it. Demand D45.
/// - Source: GB/T 33358-2016 (15 秒内接听，接通率不低于 95 %)
public struct GetBoard: Query {
    public typealias Reply = Board
    public static let name: WireName = "hotline.get-board.v1"

    public var region: RegionCode?

    public init(region: RegionCode? = nil) {
        self.region = region
    }
}

public struct Board: Codable, Sendable, Hashable {
    public var at: Timestamp
    public var total: Row
    public var nodes: [Row]
    /// Orders under way by state, those that one may see.
    public var states: [StateCount]

    public init(at: Timestamp, total: Row, nodes: [Row], states: [StateCount]) {
        self.at = at
        self.total = total
        self.nodes = nodes
        self.states = states
    }

    public struct StateCount: Codable, Sendable, Hashable {
        public var state: OrderState
        public var count: Int
        public var overdue: Int
        public var supervised: Int

        public init(state: OrderState, count: Int, overdue: Int, supervised: Int) {
            self.state = state
            self.count = count
            self.overdue = overdue
            self.supervised = supervised
        }
    }

    /// A node, or all of them.
    public struct Row: Codable, Sendable, Hashable {
        public var region: RegionCode?
        public var name: String
        /// Calls that wait now, and since when the longest does.
        public var waiting: Int
        public var waitingSince: Timestamp?
        public var talking: Int
        public var seatsReady: Int
        public var seats: Int
        /// Calls of today that were answered, of those that are over or were answered.
        public var answered: Ratio
        /// Answered within 15 seconds, of the same.
        public var answeredAtOnce: Ratio
        /// Seconds talked today, over the calls that were answered and ended.
        public var handling: Ratio
        /// Orders past their deadline, of those under way.
        public var overdue: Ratio
        /// Satisfied, of those rated, in the last 30 days.
        public var satisfied: Ratio

        public init(
            region: RegionCode?, name: String, waiting: Int = 0, waitingSince: Timestamp? = nil, talking: Int = 0,
            seatsReady: Int = 0, seats: Int = 0,
            answered: Ratio = Ratio(), answeredAtOnce: Ratio = Ratio(), handling: Ratio = Ratio(),
            overdue: Ratio = Ratio(), satisfied: Ratio = Ratio()
        ) {
            self.region = region
            self.name = name
            self.waiting = waiting
            self.waitingSince = waitingSince
            self.talking = talking
            self.seatsReady = seatsReady
            self.seats = seats
            self.answered = answered
            self.answeredAtOnce = answeredAtOnce
            self.handling = handling
            self.overdue = overdue
            self.satisfied = satisfied
        }
    }

    /// Numerator and denominator, never the quotient alone.
    public struct Ratio: Codable, Sendable, Hashable {
        public var numerator: Int
        public var denominator: Int

        public init(_ numerator: Int = 0, of denominator: Int = 0) {
            self.numerator = numerator
            self.denominator = denominator
        }
    }
}

public import Vocabulary

/// A call in a list: nothing about the caller.
public struct CallCard: Codable, Sendable, Hashable {
    /// Counted up at this site.
    public var id: Int
    public var line: LineID
    /// As the telephone system names it.
    public var key: String
    public var kind: CallKind
    public var region: RegionCode
    public var state: CallState
    public var skill: String?
    /// Who answered, or is rung at the moment.
    public var seat: SeatID?
    public var seatName: String?
    /// When it came in; absent while that report is missing.
    public var offeredAt: Timestamp?
    public var answeredAt: Timestamp?
    public var endedAt: Timestamp?
    public var recordings: Int

    public init(
        id: Int, line: LineID, key: String, kind: CallKind, region: RegionCode, state: CallState, skill: String?,
        seat: SeatID?,
        seatName: String?, offeredAt: Timestamp?, answeredAt: Timestamp?, endedAt: Timestamp?, recordings: Int
    ) {
        self.id = id
        self.line = line
        self.key = key
        self.kind = kind
        self.region = region
        self.state = state
        self.skill = skill
        self.seat = seat
        self.seatName = seatName
        self.offeredAt = offeredAt
        self.answeredAt = answeredAt
        self.endedAt = endedAt
        self.recordings = recordings
    }

    /// What a work order keeps of it: `main/5f3a`.
    public var reference: String { "\(line)/\(key)" }
}

/// One call with its caller, as far as the one who asks may know, and everything that was reported and done about it.
public struct CallDetail: Codable, Sendable, Hashable {
    public var card: CallCard
    /// Absent when withheld, and where the caller's order is confidential and not one's own.
    public var callerName: Personal<String>?
    public var callerPhone: Personal<ContactNumber>?
    public var enterprise: String?
    public var creditCode: CreditCode?
    /// Orders made from this call, then earlier ones of the same caller; those one may see.
    public var orders: [OrderCard]
    public var assignments: [Assignment]
    public var participants: [Participant]
    public var invitations: [Invitation]
    public var recordings: [Recording]
    /// Where invited staff join a video session.
    public var address: String?
    /// Whether one may pull somebody in, and open recordings.
    public var mayAct: Bool

    public init(
        card: CallCard, callerName: Personal<String>?, callerPhone: Personal<ContactNumber>?, enterprise: String?,
        creditCode: CreditCode?,
        orders: [OrderCard], assignments: [Assignment], participants: [Participant], invitations: [Invitation],
        recordings: [Recording],
        address: String?, mayAct: Bool
    ) {
        self.card = card
        self.callerName = callerName
        self.callerPhone = callerPhone
        self.enterprise = enterprise
        self.creditCode = creditCode
        self.orders = orders
        self.assignments = assignments
        self.participants = participants
        self.invitations = invitations
        self.recordings = recordings
        self.address = address
        self.mayAct = mayAct
    }

    /// A seat was asked to take it.
    public struct Assignment: Codable, Sendable, Hashable {
        public var seat: SeatID
        public var seatName: String
        public var at: Timestamp
        public var outcome: AssignmentOutcome?

        public init(seat: SeatID, seatName: String, at: Timestamp, outcome: AssignmentOutcome?) {
            self.seat = seat
            self.seatName = seatName
            self.at = at
            self.outcome = outcome
        }
    }

    /// Who was in a session, from when to when.
    public struct Participant: Codable, Sendable, Hashable {
        /// 来电人, a seat's or an invited person's name.
        public var name: String
        public var joinedAt: Timestamp?
        public var leftAt: Timestamp?

        public init(name: String, joinedAt: Timestamp?, leftAt: Timestamp?) {
            self.name = name
            self.joinedAt = joinedAt
            self.leftAt = leftAt
        }
    }

    /// A unit whose staff was asked to join.
    public struct Invitation: Codable, Sendable, Hashable {
        public var number: Int
        public var unit: UnitID
        public var unitName: String
        public var askedBy: String
        public var at: Timestamp
        public var note: String?

        public init(number: Int, unit: UnitID, unitName: String, askedBy: String, at: Timestamp, note: String?) {
            self.number = number
            self.unit = unit
            self.unitName = unitName
            self.askedBy = askedBy
            self.at = at
            self.note = note
        }
    }

    /// A recording, without the place it lies at: that is told by `OpenRecording` only.
    public struct Recording: Codable, Sendable, Hashable {
        public var number: Int
        public var at: Timestamp
        /// Who was told its place, when and what for.
        public var openings: [Opening]

        public init(number: Int, at: Timestamp, openings: [Opening]) {
            self.number = number
            self.at = at
            self.openings = openings
        }
    }

    public struct Opening: Codable, Sendable, Hashable {
        public var by: String
        public var at: Timestamp
        public var purpose: String

        public init(by: String, at: Timestamp, purpose: String) {
            self.by = by
            self.at = at
            self.purpose = purpose
        }
    }
}

/// How a seat's turn with a call ended.
public enum AssignmentOutcome: String, Codable, Sendable, Hashable, CaseIterable {
    case answered, takenBack, elsewhere, over

    public var title: String {
        switch self {
        case .answered: "已接听"
        case .takenBack: "超时收回"
        case .elsewhere: "他席接听"
        case .over: "来电结束"
        }
    }
}

/// What a report led to. The telephone system rings the seats it names.
public struct CallReceipt: Codable, Sendable, Hashable {
    /// The call's number here; absent for reports about seats and unknown kinds.
    public var call: Int?
    public var state: CallState?
    /// This very delivery was taken in before.
    public var isRepeated: Bool
    /// Calls that got a seat by this report, this one or others that waited.
    public var assignments: [SeatAssignment]

    public init(call: Int? = nil, state: CallState? = nil, isRepeated: Bool = false, assignments: [SeatAssignment] = [])
    {
        self.call = call
        self.state = state
        self.isRepeated = isRepeated
        self.assignments = assignments
    }
}

/// A waiting call and the seat that is to take it.
public struct SeatAssignment: Codable, Sendable, Hashable {
    public var line: LineID
    public var call: String
    public var seat: SeatID
    /// When it is taken back if nobody answered.
    public var until: Timestamp

    public init(line: LineID, call: String, seat: SeatID, until: Timestamp) {
        self.line = line
        self.call = call
        self.seat = seat
        self.until = until
    }
}

import PluginKit

/// Leaves a slip of paper.
struct LeaveSlip: Command {
    static let name: WireName = "desk.leave-slip.v1"
    typealias Reply = SlipLeft
    var text: String
    var copies: Int?
}

/// Writes something under a number that stands in the path.
struct NumberSlip: Command {
    static let name: WireName = "desk.number-slip.v1"
    typealias Reply = SlipLeft
    var number: String
    var text: String
}

/// Rings the bell, which anybody may.
struct RingBell: Command {
    static let name: WireName = "desk.ring-bell.v1"
    typealias Reply = Done
    var times: Int
}

struct SlipLeft: Event {
    static let name: WireName = "desk.slip-left.v1"
    var id: MessageID
    var text: String
    var subject: String { "slip/\(id)" }
}

/// Slips with a text, at least so long.
struct FindSlips: Query {
    static let name: WireName = "desk.find-slips.v1"
    struct Reply: Codable, Sendable { var texts: [String] }
    var longerThan: Int?
}

/// One slip, for people who are signed in.
struct GetSlip: Query {
    static let name: WireName = "desk.get-slip.v1"
    struct Reply: Codable, Sendable { var text: String }
    var text: String
}

/// What takes long.
struct Reckon: Query {
    static let name: WireName = "desk.reckon.v1"
    struct Reply: Codable, Sendable { var sum: Int }
    var upTo: Int
}

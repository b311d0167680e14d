public import Messages

/// Calls of the whole network, those that end first in front.
public struct FindCalls: Query {
    public typealias Reply = [AgencyCall]

    public static let name: WireName = "matching.find-calls.v1"

    /// Those that ended, too.
    public var all: Bool?
    public var category: String?

    public init(all: Bool? = nil, category: String? = nil) {
        self.all = all
        self.category = category
    }
}

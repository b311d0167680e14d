public import Messages

/// A call was published or ended; every site shows it.
public struct CallChanged: Event {
    public static let name: WireName = "matching.call-changed.v1"
    public static let reach = Reach.network
    public var subject: String { "call/\(call.id)" }

    public var call: AgencyCall

    public init(call: AgencyCall) { self.call = call }
}

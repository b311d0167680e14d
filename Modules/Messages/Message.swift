/// Something that travels between plug-ins, sites or partners. One type, one file, one written wire name.
public protocol Message: Codable, Sendable {
    /// `plugin.message.vN`, for instance `registry.submit-application.v1`; written, never derived from the Swift name.
    static var name: WireName { get }
}

/// Asks for a change. One handler, one reply, one transaction.
public protocol Command: Message {
    associatedtype Reply: Codable & Sendable
}

/// Asks for a view. One handler, one reply, on a read snapshot.
public protocol Query: Message {
    associatedtype Reply: Codable & Sendable
}

/// Tells what happened. Any number of subscribers; order is kept per subject.
public protocol Event: Message {
    /// Whose story this event belongs to, for instance `application/0190…`; 1…200 characters.
    var subject: String { get }
    /// How far the event travels; a county's `.local` event never leaves its site.
    static var reach: Reach { get }
}

extension Event {
    public static var reach: Reach { .local }
}

/// How far an event travels along the tree of sites.
public enum Reach: String, Codable, Sendable, CaseIterable {
    case local, upward, network
}

/// The reply of a command that has nothing to say but "done".
public struct Done: Codable, Sendable, Hashable {
    public init() {}
}

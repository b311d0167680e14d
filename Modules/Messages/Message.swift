/// Something that travels between plug-ins, sites or partners. One type, one file, one written wire name.
public protocol Message: Codable, Sendable {
    /// `plugin.message.vN`, for instance `registry.submit-application.v1`; written, never derived from the Swift name.
    static var name: WireName { get }
}

/// Asks for a change. One handler, one reply, one transaction.
public protocol Command: Message {
    associatedtype Reply: Codable & Sendable
    /// From how far it is obeyed: `.local` only within a site (the default), `.upward` also from the sites below, `.network` from any
    /// site of the tree.
    static var reach: Reach { get }
    /// What personal data may leave a site in it; `nil`: none.
    static var discloses: PersonalDisclosure? { get }
}

extension Command {
    public static var reach: Reach { .local }
    public static var discloses: PersonalDisclosure? { nil }
}

/// Asks for a view. One handler, one reply, on a read snapshot.
public protocol Query: Message {
    associatedtype Reply: Codable & Sendable
}

/// Tells what happened. Any number of subscribers; order is kept per subject.
public protocol Event: Message {
    /// Whose story this event belongs to, for instance `application/0190…`; 1…200 characters.
    var subject: String { get }
    /// How far the event travels; a county's `.local` event never leaves its site, an `.upward` one goes to all sites above it, a
    /// `.network` one to every site that hears it.
    static var reach: Reach { get }
    /// What personal data may leave the site in it; `nil`: none.
    static var discloses: PersonalDisclosure? { get }
}

extension Event {
    public static var reach: Reach { .local }
    public static var discloses: PersonalDisclosure? { nil }
}

/// Personal data that a message may carry to another site: which fields, and what for. Without it, a message with personal data and a
/// reach beyond its site does not start.
///
/// - Source: 个人信息保护法 art. 6, 23
public struct PersonalDisclosure: Codable, Sendable, Hashable {
    /// In words for people, for the record of processing.
    public var purpose: String
    /// Every personal field as a JSON pointer, `/contact/mobile`; elements of lists as `*`.
    public var fields: [String]

    public init(purpose: String, fields: [String]) {
        self.purpose = purpose
        self.fields = fields
    }
}

/// How far an event travels along the tree of sites.
public enum Reach: String, Codable, Sendable, CaseIterable {
    case local, upward, network
}

/// The reply of a command that has nothing to say but "done".
public struct Done: Codable, Sendable, Hashable {
    public init() {}
}

import Crypto
import Messages

/// Where a client stands in the logs of all plug-ins; opaque on the wire.
struct FeedCursor: Sendable, Hashable {
    /// Last number seen, by plug-in.
    var places: [String: Int64] = [:]

    init() {}

    init?(_ text: String) {
        guard text.utf8.count <= 4000, let bytes = Base64.decodeURL(text), let value = try? JSONValue(parsing: bytes), let members = value.object
        else { return nil }
        for member in members {
            guard let seq = member.value.integer, seq >= 0 else { return nil }
            places[member.key] = seq
        }
    }

    var description: String {
        Base64.encodeURL(
            JSONValue.object(places.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }).serialized())
    }
}

public import Messages
public import Store
import Vocabulary

extension SiteBus {
    /// Everything parked at this site, for the console. A plug-in in another process that does not answer, or not as it should, has nothing to show.
    public func parked() async throws -> [(plugin: String, message: ParkedMessage)] {
        var all = try plugs.flatMap { plug in try plug.file.read { try $0.parked(limit: .max) }.map { (plugin: plug.id, message: $0) } }
        for remote in remotes {
            guard let answer = try? await remote.line.call(.call("parked"), within: RemotePlug.patience),
                let messages = try? JSON.decode([ParkedMessage].self, from: answer.body)
            else { continue }
            all += messages.map { (plugin: remote.id, message: $0) }
        }
        return all
    }

    /// What a parked message says, and what it must look like.
    public func content(plugin: String, parked id: Int64) async throws -> ParkedContent {
        if let parking = parkings.first(where: { $0.plug.id == plugin }) { return try await parking.content(id) }
        let answer = try await remote(plugin).line.call(Self.about("parked-content", id), within: RemotePlug.patience)
        return try answer.read(ParkedContent.self, of: "parked-content")
    }

    /// Puts another payload in the place of a parked message's, with the reason and who did it, and tries it again.
    ///
    /// - Parameter payload: JSON by the type's schema, personal values as the places that `content` gave.
    /// - Throws: a `Refusal` with every fault of the payload.
    public func repair(plugin: String, parked id: Int64, payload: [UInt8], reason: String, by actor: Actor) async throws {
        if let parking = parkings.first(where: { $0.plug.id == plugin }) {
            return try await parking.repair(id, payload: payload, reason: reason, by: actor)
        }
        var head = Self.about("repair", id)
        head.reason = reason
        head.actor = actor
        _ = try await remote(plugin).line.call(head, body: payload, within: RemotePlug.patience)
    }

    /// Tries a parked message again now; what waits behind it follows in order.
    public func replay(plugin: String, parked id: Int64) async throws {
        if let parking = parkings.first(where: { $0.plug.id == plugin }) { return try parking.replay(id) }
        _ = try await remote(plugin).line.call(Self.about("replay", id), within: RemotePlug.patience)
    }

    /// Gives a parked message up, with the reason and who decided it; what waits behind it follows.
    public func discard(plugin: String, parked id: Int64, reason: String, by actor: Actor) async throws {
        if let parking = parkings.first(where: { $0.plug.id == plugin }) { return try await parking.discard(id, reason: reason, by: actor) }
        var head = Self.about("discard", id)
        head.reason = reason
        head.actor = actor
        _ = try await remote(plugin).line.call(head, within: RemotePlug.patience)
    }

    private func remote(_ plugin: String) throws(Refusal) -> RemotePlug {
        guard let remote = remotes.first(where: { $0.id == plugin }) else { throw .notFound }
        return remote
    }

    private static func about(_ verb: String, _ id: Int64) -> FrameHead {
        var head = FrameHead.call(verb)
        head.seq = id
        return head
    }
}

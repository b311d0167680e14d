public import Identity
import Messages
public import Vocabulary

extension ReceiverDirectory {
    /// The partners of a site's identity, by the contract that is in force at the moment of asking.
    public static func of(_ identity: IdentityStore, clock: TimeSource) -> ReceiverDirectory {
        ReceiverDirectory { client in
            guard let entry = identity.partnerEntry(client), let contract = try? entry.contract(at: clock.now) else { return nil }
            return ReceiverTerms(
                client: client, name: entry.client.name, organisation: entry.client.organisation.code, contract: contract.version,
                events: Set(contract.receives.keys)
            ) { type, data in
                // What cannot be filtered is not sent.
                guard let terms = contract.receives[type], let cut = try? terms.answer.apply(to: data.serialized()) else { return .object([]) }
                _ = terms.note(cut.removed)
                return (try? JSONValue(parsing: cut.bytes)) ?? .object([])
            }
        }
    }
}

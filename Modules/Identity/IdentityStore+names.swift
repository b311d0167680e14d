import Messages
import Store

extension IdentityStore {
    /// The name of the person behind an actor's identifier; `nil` when there is no such account (any more). Event logs keep identifiers
    /// only, so that a name can be corrected and erased in one place.
    public func name(of actor: String) -> String? {
        guard MessageID(actor) != nil else { return nil }
        return try? file.read { try $0.value("SELECT name FROM account WHERE id = ?", actor) }
    }
}

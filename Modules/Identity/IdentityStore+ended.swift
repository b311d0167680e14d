import Crypto
public import Messages
import Store

extension IdentityStore {
    /// Whose session a token was, even when it has timed out since; `nil` when it is unknown or was swept away.
    ///
    /// Proves nothing: for keeping what belongs to that person from others, not for letting anybody in. One read of the file.
    public func account(ofSession token: String) -> MessageID? {
        guard token.utf8.count == 43, let bytes = Base64.decodeURL(token) else { return nil }
        let id = Digest.sha256.of(bytes)
        let account = try? file.read { snapshot in
            try snapshot.value("SELECT account FROM session WHERE id = ?", id, as: String.self)
        }
        return account.flatMap { $0 }.flatMap { MessageID($0) }
    }
}

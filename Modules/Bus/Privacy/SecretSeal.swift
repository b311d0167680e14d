import Crypto
import Messages
public import Store

/// Seals what a plug-in must be able to read again although its file must not show it: keys of devices and systems. AES-256-GCM under a key
/// of the plug-in's own, derived from the site's, which lies beside the files and not in them.
struct SecretVault: Sendable, CustomStringConvertible {
    private let key: [UInt8]?

    /// - Parameter key: 32 bytes; `nil` where the plug-in runs outside a site.
    init(key: [UInt8]?) { self.key = key }

    var description: String { "vault ‹secret›" }

    func seal(_ secret: [UInt8], for place: String) throws -> String {
        Base64.encodePadded(try AES256GCM.seal(secret, key: known(), context: Array(place.utf8)))
    }

    func open(_ sealed: String, for place: String) throws -> [UInt8] {
        do {
            guard let bytes = Base64.decodePadded(sealed) else { throw Refusal.sealBroken(place) }
            return try AES256GCM.open(bytes, key: known(), context: Array(place.utf8))
        } catch is CryptoError {
            throw Refusal.sealBroken(place)
        }
    }

    private func known() throws -> [UInt8] {
        guard let key else {
            throw Refusal(
                "bus.no-vault", status: 503, message: "本站点没有可用的站点密钥，不能保存或读取密钥类内容。请联系平台运维人员。",
                log: "the plug-in was given no key for secrets")
        }
        return key
    }
}

extension Refusal {
    fileprivate static func sealBroken(_ place: String) -> Refusal {
        Refusal(
            "bus.seal-broken", status: 500, message: "密封的内容无法读取，可能不是用本站点的密钥密封的。请从备份取回站点密钥，或重新登记密钥。",
            log: "the secret of \(place) was not sealed under this site's key")
    }
}

/// A view of a plug-in's file that also opens what the plug-in sealed: a transaction or a snapshot.
public protocol SecretReading: SQLReading {
    func open(secret: String, for place: String) throws -> [UInt8]
}

extension Transaction: SecretReading {
    /// A secret as sealed text for a column of the plug-in's own tables.
    ///
    /// - Parameter place: what it belongs to, `line/main`; the same text opens it, and no other.
    /// - Throws: `bus.no-vault` (503) outside a site.
    public func seal(secret: [UInt8], for place: String) throws -> String { try plug.vault.seal(secret, for: place) }

    /// What `seal(secret:for:)` sealed.
    ///
    /// - Throws: `bus.seal-broken` (500) when it was sealed for another place or under another key.
    public func open(secret: String, for place: String) throws -> [UInt8] { try plug.vault.open(secret, for: place) }
}

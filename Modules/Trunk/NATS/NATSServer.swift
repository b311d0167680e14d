package import Crypto
import FoundationEssentials
import Messages
import Network

/// Where a NATS server is reached: `nats://host[:port]`, or `tls://…` where TLS must be.
package struct NATSServer: Sendable, Hashable, CustomStringConvertible {
    package var host: String
    package var port: Int
    package var wantsTLS: Bool

    package init?(_ url: String) {
        guard let scheme = ["nats://", "tls://"].first(where: { url.hasPrefix($0) }), url.utf8.count <= 300 else {
            return nil
        }
        self.init(place: String(url.dropFirst(scheme.count)), wantsTLS: scheme == "tls://")
    }

    /// `host[:port]`, as servers name each other.
    init?(place: String, wantsTLS: Bool) {
        self.wantsTLS = wantsTLS
        var name = place[...]
        port = 4222
        if let colon = place.lastIndex(of: ":"), !place.hasSuffix("]"),
            place.hasPrefix("[") || place.firstIndex(of: ":") == colon
        {
            guard let number = Int(place[place.index(after: colon)...]), (1...65_535).contains(number) else {
                return nil
            }
            port = number
            name = place[..<colon]
        }
        if name.hasPrefix("["), name.hasSuffix("]") { name = name.dropFirst().dropLast() }
        guard !name.isEmpty,
            name.utf8.allSatisfy({
                (48...58).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46
            })
        else { return nil }
        host = String(name)
    }

    package var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}

/// With what a client shows who it is.
package enum NATSCredential: Sendable {
    case none
    case user(String, password: String)
    case token(String)
    /// An Ed25519 key by its seed, as `nk -gen user` writes it: `SU…`.
    case key(Ed25519Key)

    /// The fields of CONNECT.
    func fields(nonce: String?) throws -> [JSONValue.Member] {
        switch self {
        case .none: return []
        case .user(let name, let password): return [.init("user", .string(name)), .init("pass", .string(password))]
        case .token(let token): return [.init("auth_token", .string(token))]
        case .key(let key):
            guard let nonce else { throw NATSError("no-nonce", "NATS 服务器没有给出质询，不能用 nkey 登录。请检查服务器配置。") }
            return [
                .init("nkey", .string(NKey.publicText(of: key))),
                .init("sig", .string(Base64.encodeURL(try key.sign(Array(nonce.utf8))))),
            ]
        }
    }
}

/// The texts of NATS keys: a prefix, the bytes, CRC-16/XMODEM, in Base32 (github.com/nats-io/nkeys).
package enum NKey {
    private static let seed: UInt8 = 18 << 3
    private static let user: UInt8 = 20 << 3

    /// `nil` unless it is the seed of a user's key.
    package static func read(seed text: String) -> Ed25519Key? {
        guard let bytes = Base32.decode(text), bytes.count == 36, bytes[0] & 0b1111_1000 == seed,
            (bytes[0] & 7) << 5 | (bytes[1] & 0b1111_1000) >> 3 == user,
            UInt16(bytes[34]) | UInt16(bytes[35]) << 8 == check(bytes[..<34])
        else { return nil }
        return try? Ed25519Key(seed: Array(bytes[2..<34]))
    }

    static func publicText(of key: Ed25519Key) -> String {
        let bytes = [user] + key.publicKey
        let sum = check(bytes[...])
        return Base32.encode(bytes + [UInt8(sum & 255), UInt8(sum >> 8)])
    }

    static func check(_ bytes: ArraySlice<UInt8>) -> UInt16 {
        var sum: UInt16 = 0
        for byte in bytes {
            sum ^= UInt16(byte) << 8
            for _ in 0..<8 { sum = sum & 0x8000 != 0 ? sum << 1 ^ 0x1021 : sum << 1 }
        }
        return sum
    }
}

/// What went wrong between here and a NATS server.
struct NATSError: Error, Sendable, CustomStringConvertible {
    /// `nats.…`
    let code: String
    /// A Chinese sentence for the operator.
    let message: String
    /// JetStream's own number, such as 10071; 0 where it said none.
    var number = 0
    /// As of HTTP, where the server said one.
    var status = 0

    init(_ code: String, _ message: String, number: Int = 0, status: Int = 0) {
        self.code = "nats.\(code)"
        self.message = message
        self.number = number
        self.status = status
    }

    static let cut = NATSError("cut", "与 NATS 服务器的连接中断。")
    static let timeout = NATSError("timeout", "NATS 服务器没有在时限内答复。")
    static let nobody = NATSError("no-responders", "没有服务应答该主题。请确认服务器已启用 JetStream，且账号有权使用。", status: 503)

    var description: String { "\(code): \(message)\(number == 0 ? "" : " [\(number)]")" }
}

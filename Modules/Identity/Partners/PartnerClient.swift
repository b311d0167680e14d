public import Vocabulary

/// A program of a partner at one site: a bank's credit system, a department's platform. The partner itself is a recorded organisation.
public struct PartnerClient: Sendable, Hashable, Identifiable {
    /// What a client may do now.
    public enum State: String, Sendable, Codable, CaseIterable {
        case active
        /// Refused from the next request on, until resumed.
        case suspended
        /// For ever; a new client takes its place.
        case revoked

        public var title: String {
            switch self {
            case .active: "正常"
            case .suspended: "已暂停"
            case .revoked: "已撤销"
            }
        }
    }

    /// `client_id` of OAuth: 3…40 small letters, digits and hyphens, beginning with a letter.
    public var id: String
    public var organisation: Organisation
    /// The program's name, 1…40 characters.
    public var name: String
    public var state: State
    public var createdAt: Timestamp

    /// The rule that an identifier breaks, as a Chinese sentence; `nil` when it is good.
    public static func problem(inID id: String) -> String? {
        let bytes = Array(id.utf8)
        let isGood =
            (3...40).contains(bytes.count) && bytes.first.map { (97...122).contains($0) } == true
            && bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
        return isGood ? nil : "客户端标识须为 3 至 40 位小写字母、数字或连字符，并以字母开头，例如 cs-tax-01。请修改。"
    }
}

/// How a client may prove itself, as it is listed; never the secret.
public struct ClientCredential: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case secret, key, certificate

        public var title: String {
            switch self {
            case .secret: "客户端密钥"
            case .key: "签名公钥"
            case .certificate: "客户端证书"
            }
        }
    }

    public var kind: Kind
    /// Number of a secret, key identifier (`kid`), or SHA-256 of the certificate in hexadecimal.
    public var name: String
    public var createdAt: Timestamp
    /// Ends then; `nil`: not by itself.
    public var until: Timestamp?
}

/// A version of a client's contract.
public struct ContractVersion: Sendable, Hashable {
    /// From 1.
    public var number: Int
    public var contract: PartnerContract
    public var recordedAt: Timestamp
}

/// Everything about a client that its page shows.
public struct PartnerDetail: Sendable {
    public var client: PartnerClient
    public var credentials: [ClientCredential]
    /// The newest first.
    public var contracts: [ContractVersion]
    /// Calls on the day of the last saved count.
    public var callsToday: Int

    /// The version in force at that time and those that come after it, the newest first; nothing of a revoked client.
    public func contracts(from now: Timestamp) -> [ContractVersion] {
        guard client.state != .revoked else { return [] }
        let current = contracts.firstIndex { $0.contract.validFrom.start <= now } ?? contracts.count - 1
        return contracts.prefix(current + 1).filter { now <= $0.contract.validUntil.end }
    }
}

/// Figures by which a site deals with partners.
public struct PartnerRule: Sendable, Hashable {
    /// How long an access token lives; at most ten minutes.
    public var tokenLife: Duration = .seconds(600)
    /// How long the secret before stays good beside a new one.
    public var secretOverlap: Duration = .seconds(7 * 86_400)
    /// When the site begins to sign tokens with a new key by itself.
    public var tokenKeyAge: Duration = .seconds(90 * 86_400)
    /// How long a retired key is still published; longer than a token lives.
    public var tokenKeyOverlap: Duration = .seconds(86_400)
    /// How far in the future a client's assertion may end.
    public var assertionLife: Duration = .seconds(300)
    /// What a partner's clock may be ahead.
    public var clockSkew: Duration = .seconds(60)
    /// Tokens and consents kept in memory, each.
    public var cached = 10_000

    public init() {}
}

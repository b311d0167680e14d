import Crypto
public import Messages
public import Synchronization
public import Vocabulary

/// Everything that decides about a partner's request, in memory and never changed: a new one takes its place with every commit.
final class PartnerDirectory: Sendable {
    let clients: [String: PartnerEntry]
    /// Client by the SHA-256 of its certificate.
    let certificates: [[UInt8]: String]
    let keys: [TokenKey]
    /// Which of all directories of the process it is.
    let serial = PartnerDirectory.made.wrappingAdd(1, ordering: .relaxed).newValue
    private static let made = Atomic<UInt64>(0)

    init(clients: [PartnerEntry] = [], keys: [TokenKey] = []) {
        self.clients = Dictionary(clients.map { ($0.client.id, $0) }) { first, _ in first }
        certificates = Dictionary(clients.flatMap { entry in entry.certificates.map { ($0.thumbprint, entry.client.id) } }) { first, _ in first }
        self.keys = keys
    }

    /// The key that signs now: the newest.
    var signing: TokenKey? { keys.filter { $0.retiredAt == nil }.max { $0.createdAt < $1.createdAt } }
}

/// A client that has shown its token: good until the token ends, and as long as nothing about partners has changed at the site.
public final class PartnerPass: Sendable {
    public let entry: PartnerEntry
    let until: Timestamp
    /// Of the directory that knew the client; a number, so that an idle connection holds no directory of before.
    let serial: UInt64
    /// Whether the token alone decides; one that is bound to a certificate is looked at each time.
    let isLasting: Bool

    init(entry: PartnerEntry, until: Timestamp, serial: UInt64, isLasting: Bool) {
        self.entry = entry
        self.until = until
        self.serial = serial
        self.isLasting = isLasting
    }
}

/// One client as requests meet it.
public final class PartnerEntry: Sendable {
    public let client: PartnerClient
    /// The newest first.
    public let contracts: [CompiledContract]
    /// The stored count of calls, for the first call after a start.
    public let savedUsage: (day: Day, calls: Int)?
    let secrets: [ClientSecret]
    let keys: [ClientKey]
    let certificates: [ClientCertificate]
    /// What somebody who serves the client found for it once, until anything about partners changes.
    public let note = Mutex<(any AnyObject & Sendable)?>(nil)

    init(
        client: PartnerClient, contracts: [CompiledContract], savedUsage: (day: Day, calls: Int)?, secrets: [ClientSecret],
        keys: [ClientKey], certificates: [ClientCertificate]
    ) {
        self.client = client
        self.contracts = contracts
        self.savedUsage = savedUsage
        self.secrets = secrets
        self.keys = keys
        self.certificates = certificates
    }

    func holds(certificate thumbprint: [UInt8]) -> Bool { certificates.contains { $0.thumbprint == thumbprint } }

    /// What of this client ends at a known time without anything in its place: the newest contract; the last key or certificate
    /// where none goes on. Nothing of a revoked one.
    public var ends: [PartnerEnd] {
        guard client.state != .revoked else { return [] }
        var ends: [PartnerEnd] = []
        if let contract = contracts.first { ends.append(PartnerEnd(.contract, "\(contract.version)", contract.ends)) }
        if let (key, until) = Self.last(keys, \.until) { ends.append(PartnerEnd(.key, key.kid, until)) }
        if let (certificate, until) = Self.last(certificates, \.until) {
            ends.append(PartnerEnd(.certificate, String(certificate.thumbprint.hexadecimal.prefix(16)), until))
        }
        return ends
    }

    /// What ends last; `nil` when something goes on without an end.
    private static func last<T>(_ all: [T], _ until: KeyPath<T, Timestamp?>) -> (T, Timestamp)? {
        let ending = all.compactMap { one in one[keyPath: until].map { (one, $0) } }
        return ending.count < all.count ? nil : ending.max { $0.1 < $1.1 }
    }

    /// The contract in force: the newest version that has begun.
    /// - Throws: `partner.suspended`, `partner.revoked`, `partner.contract-none`, `…-not-yet-valid`, `…-expired` (403).
    public func contract(at now: Timestamp) throws(Refusal) -> CompiledContract {
        switch client.state {
        case .active: break
        case .suspended: throw PartnerRefusals.suspended
        case .revoked: throw PartnerRefusals.revoked
        }
        guard let first = contracts.last else { throw PartnerRefusals.noContract }
        guard let contract = contracts.first(where: { $0.begins <= now }) else {
            throw PartnerRefusals.notYetValid(first.version, from: first.terms.validFrom)
        }
        guard now <= contract.ends else { throw PartnerRefusals.expired(contract.version, until: contract.terms.validUntil) }
        return contract
    }
}

/// Something of a partner's client that ends at a known time.
public struct PartnerEnd: Sendable, Hashable {
    public enum Kind: String, Sendable {
        case contract, key, certificate

        public var title: String {
            switch self {
            case .contract: "合作方合约"
            case .key: "合作方签名公钥"
            case .certificate: "合作方证书"
            }
        }
    }

    public var kind: Kind
    /// Version of the contract, `kid` of the key, beginning of the certificate's SHA-256.
    public var name: String
    public var until: Timestamp

    init(_ kind: Kind, _ name: String, _ until: Timestamp) {
        self.kind = kind
        self.name = name
        self.until = until
    }
}

struct ClientCertificate: Sendable {
    var thumbprint: [UInt8]
    /// End of its validity; `nil` for one registered before it was kept.
    var until: Timestamp?
}

struct ClientSecret: Sendable {
    var hash: [UInt8]
    var until: Timestamp?
}

struct ClientKey: Sendable {
    var kid: String
    var key: VerifyingKey
    var until: Timestamp?
}

/// A key with which the site signs access tokens.
struct TokenKey: Sendable {
    var kid: String
    var signing: SigningKey
    var verifying: VerifyingKey
    var createdAt: Timestamp
    /// Published until the overlap after this has passed.
    var retiredAt: Timestamp?
}

/// A contract version with its filters made ready.
public final class CompiledContract: Sendable {
    public let version: Int
    public let terms: PartnerContract
    /// What the client may call.
    public let calls: [WireName: PartnerTerms]
    /// What is sent to the client.
    public let receives: [WireName: PartnerTerms]
    let begins: Timestamp
    let ends: Timestamp

    init(_ number: Int, _ contract: PartnerContract, client: PartnerClient) {
        version = number
        terms = contract
        begins = contract.validFrom.start
        ends = contract.validUntil.end
        func compile(_ direction: PartnerContract.Direction) -> [WireName: PartnerTerms] {
            Dictionary(
                contract.messages.filter { $0.direction == direction }.map { ($0.name, PartnerTerms($0, client: client, contract: number)) }
            ) { first, _ in first }
        }
        calls = compile(.call)
        receives = compile(.receive)
    }
}

/// One message of a contract, ready to be applied.
public final class PartnerTerms: Sendable {
    public let message: WireName
    /// The version of the contract.
    public let contract: Int
    /// Who acts when the partner calls this message: the client, with the one role that the contract gives it here.
    public let actor: Actor
    /// What the partner gets.
    public let answer: FieldFilter
    /// What the partner may send.
    public let request: FieldFilter
    /// Where the request names the enterprise whose consent is needed; `nil`: none is.
    public let consent: [String]?
    private let removed = Atomic<Int>(0)
    private let noted = Mutex<Set<String>>([])

    init(_ terms: PartnerContract.Terms, client: PartnerClient, contract: Int) {
        message = terms.name
        self.contract = contract
        actor = Actor(
            kind: .partner, id: client.id, name: "\(client.organisation.name)·\(client.name)", grants: terms.grant.map { [$0] } ?? [],
            organisation: client.organisation.code)
        answer = FieldFilter(terms.fields ?? [])
        request = FieldFilter(terms.requestFields ?? [])
        consent = terms.consent.map(FieldFilter.segments)
    }

    /// Members and elements taken out of answers since the contract was read.
    public var removedCount: Int { removed.load(ordering: .relaxed) }

    /// Counts what was taken out; returns the names that were not met before, for the log.
    public func note(_ removal: FieldFilter.Removal) -> [String] {
        guard removal.count > 0 else { return [] }
        removed.add(removal.count, ordering: .relaxed)
        return noted.withLock { noted in
            removal.names.filter { noted.count < 200 && noted.insert($0).inserted }
        }
    }
}

/// What the store holds of partners in memory.
final class PartnerMemory: Sendable {
    private let current: Mutex<PartnerDirectory>
    private let shown: Atomic<UInt64>
    let tokens = Mutex(TokenCache())
    let consents = Mutex(ConsentCache())
    /// When a refused token was last written to the audit log, by client, so that guessing fills no disk.
    let refusalsNoted = Mutex<[String: Timestamp]>([:])
    private let refreshing = Mutex<Void>(())

    init() {
        let empty = PartnerDirectory()
        current = Mutex(empty)
        shown = Atomic(empty.serial)
    }

    var directory: PartnerDirectory { current.withLock { $0 } }
    /// Of the directory in use.
    var serial: UInt64 { shown.load(ordering: .acquiring) }

    /// Takes over what the closure reads. One at a time, so that the last to read is the last to be shown.
    func refresh(_ read: () throws -> PartnerDirectory) throws {
        try refreshing.withLock { _ in
            let fresh = try read()
            current.withLock { $0 = fresh }
            shown.store(fresh.serial, ordering: .releasing)
        }
    }
}

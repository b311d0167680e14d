import Crypto
public import Messages
public import Store
import Synchronization
public import Vocabulary

/// Reading partners back into values.
extension IdentityStore {
    /// Every client, by identifier; from memory.
    public func partnerList() -> [PartnerClient] {
        partners.directory.clients.values.map(\.client).sorted { $0.id < $1.id }
    }

    /// The client as requests meet it; from memory, `nil` when there is none.
    public func partnerEntry(_ id: String) -> PartnerEntry? { partners.directory.clients[id] }

    /// Everything about one client; `nil` when there is none.
    public func partner(_ id: String) throws -> PartnerDetail? { try file.read { try Self.partner(id, in: $0) } }

    /// The same from any reader of a site's file, for the command line beside a running host.
    public static func partner(_ id: String, in reader: some SQLReading) throws -> PartnerDetail? {
        guard let client = try partnerClients(in: reader, where: "c.id = ?", id).first else { return nil }
        var credentials = try reader.rows("SELECT number, created_at, until FROM client_secret WHERE client = ? ORDER BY number", id) { row in
            ClientCredential(kind: .secret, name: "\(try row.get(0, as: Int64.self))", createdAt: try row.get(1), until: try row.get(2))
        }
        credentials += try reader.rows("SELECT kid, created_at, until FROM client_key WHERE client = ? ORDER BY created_at", id) { row in
            ClientCredential(kind: .key, name: try row.get(0), createdAt: try row.get(1), until: try row.get(2))
        }
        credentials += try reader.rows(
            "SELECT thumbprint, created_at, until FROM client_certificate WHERE client = ? ORDER BY created_at", id
        ) { row in
            ClientCredential(
                kind: .certificate, name: (try row.get(0, as: [UInt8].self)).hexadecimal, createdAt: try row.get(1), until: try row.get(2))
        }
        let calls: Int? = try reader.value("SELECT calls FROM client_usage WHERE client = ?", id)
        return PartnerDetail(
            client: client, credentials: credentials, contracts: try contracts(of: id, in: reader, limit: 100), callsToday: calls ?? 0)
    }

    /// Every client from any reader of a site's file.
    public static func partners(in reader: some SQLReading) throws -> [PartnerClient] {
        try partnerClients(in: reader, where: "c.id >= ?", "")
    }

    /// How a client was managed, the newest hundred acts, oldest first; not its tokens, which the audit administrator sees.
    public func partnerHistory(_ id: String) throws -> [(time: Timestamp, actor: Actor, record: AuditRecord)] {
        try file.read { snapshot in
            try snapshot.log(subject: "client/\(id)", limit: 100).map { entry in
                (entry.time, entry.actor, try JSON.decode(AuditRecord.self, from: entry.payload))
            }
        }
    }

    // MARK: - The directory

    /// Reads everything about partners afresh and shows it to requests.
    func refreshPartners() throws {
        try partners.refresh { try file.read { try directory(in: $0) } }
        partners.tokens.withLock { $0.clear() }
    }

    func directory(in snapshot: some SQLReading) throws -> PartnerDirectory {
        let entries = try Self.partnerClients(in: snapshot, where: "c.id >= ?", "").map { client in
            let usage = try snapshot.first("SELECT day, calls FROM client_usage WHERE client = ?", client.id) { row in
                (Day(try row.get(0, as: String.self)), try row.get(1, as: Int.self))
            }
            return PartnerEntry(
                client: client,
                contracts: try Self.contracts(of: client.id, in: snapshot, limit: 5).map {
                    CompiledContract($0.number, $0.contract, client: client)
                },
                savedUsage: usage.flatMap { day, calls in day.map { ($0, calls) } },
                secrets: try snapshot.rows("SELECT hash, until FROM client_secret WHERE client = ? ORDER BY number DESC LIMIT 2", client.id) {
                    ClientSecret(hash: try $0.get(0), until: try $0.get(1))
                },
                keys: try snapshot.rows("SELECT kid, pem, until FROM client_key WHERE client = ?", client.id) {
                    ClientKey(kid: try $0.get(0), key: try VerifyingKey(pem: try $0.get(1)), until: try $0.get(2))
                },
                certificates: try snapshot.rows("SELECT thumbprint, until FROM client_certificate WHERE client = ?", client.id) {
                    ClientCertificate(thumbprint: try $0.get(0), until: try $0.get(1))
                })
        }
        let keys = try snapshot.rows("SELECT kid, pem, created_at, retired_at FROM token_key") { row -> TokenKey in
            let kid: String = try row.get(0)
            let signing = try SigningKey(pem: try openTokenKey(try row.get(1), kid: kid))
            return TokenKey(
                kid: kid, signing: signing, verifying: signing.verifyingKey, createdAt: try row.get(2), retiredAt: try row.get(3))
        }
        return PartnerDirectory(clients: entries, keys: keys)
    }

    static func partnerClients(in reader: some SQLReading, where clause: String, _ key: String) throws -> [PartnerClient] {
        try reader.rows(
            "SELECT c.id, c.name, c.state, c.created_at, o.code, o.name, o.kind FROM partner_client c JOIN organisation o"
                + " ON o.code = c.organisation WHERE \(clause) ORDER BY c.id", key
        ) { row in
            guard let state = PartnerClient.State(rawValue: try row.get(2)), let code = CreditCode(try row.get(4, as: String.self)),
                let kind = Organisation.Kind(rawValue: try row.get(6))
            else { throw IdentityDamage.row("partner_client") }
            return PartnerClient(
                id: try row.get(0), organisation: Organisation(code: code, name: try row.get(5), kind: kind), name: try row.get(1),
                state: state, createdAt: try row.get(3))
        }
    }

    private static func contracts(of id: String, in reader: some SQLReading, limit: Int) throws -> [ContractVersion] {
        try reader.rows(
            "SELECT version, json, recorded_at FROM partner_contract WHERE client = ? ORDER BY version DESC LIMIT ?", id, limit
        ) { row in
            ContractVersion(
                number: try row.get(0),
                contract: try JSON.decode(PartnerContract.self, from: Array(try row.get(1, as: String.self).utf8)), recordedAt: try row.get(2))
        }
    }
}

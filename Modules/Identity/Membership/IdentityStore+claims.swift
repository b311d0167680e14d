public import Messages
import Store
import Vocabulary

/// Reading claims; who sees which is decided here.
extension IdentityStore {
    /// The claims of the regions that the actor's staff roles cover, waiting ones first, then the newest; at most 200.
    public func claims(for actor: Actor, onlyWaiting: Bool = false) throws -> [MembershipClaim] {
        let found = try file.read { snapshot in
            try Self.claims(
                in: snapshot, where: (onlyWaiting ? "c.state = 'waiting'" : "1") + " ORDER BY c.state <> 'waiting', c.requested_at DESC LIMIT 2000", [])
        }
        return Array(found.filter { Self.maySee($0, actor) }.prefix(200))
    }

    /// The person's own claims, the newest first.
    public func claims(of account: MessageID) throws -> [MembershipClaim] {
        try file.read { try Self.claims(in: $0, where: "c.account = ? ORDER BY c.requested_at DESC LIMIT 50", [account.description]) }
    }

    /// Who acts for organisations in the regions of the actor, by organisation and name.
    public func members(for actor: Actor) throws -> [Account] {
        try accounts().filter { account in
            account.organisation != nil && !account.isDisabled
                && account.grants.contains { grant in
                    Self.memberRoles.contains(grant.role) && (grant.region.map { Self.maySee($0, actor) } ?? false)
                }
        }
    }

    static func maySee(_ claim: MembershipClaim, _ actor: Actor) -> Bool { maySee(claim.region, actor) }

    static func maySee(_ region: RegionCode, _ actor: Actor) -> Bool {
        actor.kind == .system || actor.holds(.windowStaff, in: region) || actor.holds(.cityStaff, in: region)
            || actor.holds(.provinceStaff, in: region)
    }

    static func waitingClaims(in reader: some SQLReading) throws -> Int {
        try reader.value("SELECT count(*) FROM membership_claim WHERE state = 'waiting'") ?? 0
    }

    static func claims(in reader: some SQLReading, where clause: String, _ keys: [any SQLValue]) throws -> [MembershipClaim] {
        var found: [MembershipClaim] = []
        try reader.each(
            """
            SELECT c.id, c.account, a.name, a.login, c.code, c.name, c.kind, c.region, c.post, c.requested_at, c.state, c.decided_at,
              c.decided_by, c.reason
            FROM membership_claim c JOIN account a ON a.id = c.account WHERE \(clause)
            """, binding: keys
        ) { row in
            guard let id = MessageID(try row.get(0, as: String.self)), let account = MessageID(try row.get(1, as: String.self)),
                let login = LoginName(try row.get(3, as: String.self)), let code = CreditCode(try row.get(4, as: String.self)),
                let kind = Organisation.Kind(rawValue: try row.get(6, as: String.self)),
                let region = RegionCode(try row.get(7, as: String.self)),
                let state = MembershipClaim.State(rawValue: try row.get(10, as: String.self))
            else { throw IdentityDamage.row("membership_claim") }
            found.append(
                MembershipClaim(
                    id: id, account: account, name: try row.get(2), login: login,
                    organisation: Organisation(code: code, name: try row.get(5), kind: kind), region: region, post: try row.get(8),
                    requestedAt: try row.get(9), state: state, decidedAt: try row.get(11), decidedBy: try row.get(12), reason: try row.get(13)))
            return true
        }
        return found
    }
}

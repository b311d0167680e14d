public import Messages
import Store
import Synchronization
public import Vocabulary

extension IdentityStore {
    /// Gives a partner leave in the name of the actor's enterprise.
    ///
    /// - Parameter until: the last day; at most that of the partner's contract.
    /// - Throws: `partner.consent-enterprise` (403), `partner.consent-invalid` (422).
    public func giveConsent(to partner: CreditCode, until: Day?, by actor: Actor, address: String) async throws -> Consent {
        let enterprise = try enterprise(of: actor)
        let now = clock.now
        guard let offer = consentOffers().first(where: { $0.partner.code == partner }) else {
            throw PartnerRefusals.consentInvalid([
                .init(field: "partner", value: partner.description, message: "该合作方没有需要企业授权的合约，请从列表中选择。")
            ])
        }
        guard let until, until >= now.day, until <= offer.until else {
            throw PartnerRefusals.consentInvalid([
                .init(field: "until", value: until?.description, message: "截止日期须在今天与合约到期日 \(offer.until) 之间，请改正。")
            ])
        }
        let consent = Consent(
            id: ids.next(), enterprise: enterprise, partner: offer.partner, purpose: offer.purpose, messages: offer.messages, until: until,
            givenAt: now)
        let messages = String(decoding: try JSON.encode(consent.messages), as: UTF8.self)
        try await file.write { writer in
            try writer.run(
                "INSERT INTO consent(id, enterprise, partner, purpose, messages, until, given_by, given_at) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                consent.id.description, enterprise.description, partner.description, offer.purpose, messages, until.description, actor.id,
                now.milliseconds)
            try self.append(
                AuditRecord(.consentGiven, consent: consent.id, address: address, detail: "\(enterprise) → \(partner) until \(until)"),
                by: actor, at: now, to: writer)
        }
        return consent
    }

    /// Takes leave back; the partner's next call is refused.
    public func withdrawConsent(_ id: MessageID, by actor: Actor, address: String) async throws {
        let enterprise = try enterprise(of: actor)
        let now = clock.now
        try await file.write { writer in
            let gone = try writer.run(
                "UPDATE consent SET withdrawn_at = ? WHERE id = ? AND enterprise = ? AND withdrawn_at IS NULL", now.milliseconds,
                id.description, enterprise.description)
            guard gone == 1 else { throw PartnerRefusals.consentNotYours }
            try self.append(
                AuditRecord(.consentWithdrawn, consent: id, address: address, detail: enterprise.description), by: actor, at: now, to: writer)
        }
        partners.consents.withLock { $0.remove(id) }
    }

    /// What the enterprise gave, the newest first.
    public func consents(of enterprise: CreditCode) throws -> [Consent] {
        try file.read { try Self.consents(in: $0, where: "c.enterprise = ? ORDER BY c.given_at DESC LIMIT 200", enterprise.description) }
    }

    /// What enterprises can consent to now; from memory.
    public func consentOffers() -> [ConsentOffer] {
        let now = clock.now
        var offers: [CreditCode: ConsentOffer] = [:]
        for entry in partners.directory.clients.values.sorted(by: { $0.client.id < $1.client.id }) {
            guard let contract = try? entry.contract(at: now) else { continue }
            let needed = contract.calls.values.filter { $0.consent != nil }.map(\.message).sorted { $0.description < $1.description }
            guard !needed.isEmpty else { continue }
            let organisation = entry.client.organisation
            var offer =
                offers[organisation.code]
                ?? ConsentOffer(partner: organisation, purpose: contract.terms.purpose, messages: [], until: contract.terms.validUntil)
            offer.messages += needed.filter { !offer.messages.contains($0) }
            offer.until = min(offer.until, contract.terms.validUntil)
            offers[organisation.code] = offer
        }
        return offers.values.sorted { $0.partner.name < $1.partner.name }
    }

    /// Whether a call may have what is personal: the reference names a consent of just this enterprise, to this partner, for this
    /// message, neither withdrawn nor ended.
    ///
    /// A consent is read from the file once and then kept in memory until it is withdrawn.
    /// - Throws: `partner.consent-…` (403) saying which it is.
    public func checkConsent(
        _ reference: String?, partner: CreditCode, message: WireName, enterprise: String?
    ) throws(Refusal) {
        guard let reference else { throw PartnerRefusals.consentMissing(message) }
        guard let id = MessageID(reference), let consent = known(id), consent.partner.code == partner else {
            throw PartnerRefusals.consent(.unknown)
        }
        switch consent.state(at: clock.now) {
        case .good: break
        case .withdrawn: throw PartnerRefusals.consent(.withdrawn)
        case .ended: throw PartnerRefusals.consent(.ended)
        }
        guard consent.messages.contains(message) else { throw PartnerRefusals.consent(.otherMessage) }
        guard enterprise.flatMap({ CreditCode($0) }) == consent.enterprise else { throw PartnerRefusals.consent(.otherEnterprise) }
    }

    private func known(_ id: MessageID) -> Consent? {
        let (cached, generation) = partners.consents.withLock { ($0.find(id), $0.generation) }
        if let cached { return cached }
        guard let read = try? file.read({ try Self.consents(in: $0, where: "c.id = ?", id.description).first }) else { return nil }
        partners.consents.withLock { $0.insert(read, readAt: generation, limit: rules.partner.cached) }
        return read
    }

    private func enterprise(of actor: Actor) throws -> CreditCode {
        guard actor.kind == .person, actor.holds(.enterprise), let code = actor.organisation else { throw PartnerRefusals.onlyEnterprise }
        return code
    }

    private static func consents(in reader: some SQLReading, where clause: String, _ key: String) throws -> [Consent] {
        try reader.rows(
            "SELECT c.id, c.enterprise, o.code, o.name, o.kind, c.purpose, c.messages, c.until, c.given_at, c.withdrawn_at"
                + " FROM consent c JOIN organisation o ON o.code = c.partner WHERE \(clause)", key
        ) { row in
            guard let id = MessageID(try row.get(0, as: String.self)), let enterprise = CreditCode(try row.get(1, as: String.self)),
                let code = CreditCode(try row.get(2, as: String.self)), let kind = Organisation.Kind(rawValue: try row.get(4)),
                let until = Day(try row.get(7, as: String.self))
            else { throw IdentityDamage.row("consent") }
            return Consent(
                id: id, enterprise: enterprise, partner: Organisation(code: code, name: try row.get(3), kind: kind), purpose: try row.get(5),
                messages: try JSON.decode([WireName].self, from: Array(try row.get(6, as: String.self).utf8)), until: until,
                givenAt: try row.get(8), withdrawnAt: try row.get(9))
        }
    }
}

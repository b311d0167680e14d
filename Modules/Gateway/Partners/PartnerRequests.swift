import Bus
import Exchange
import Identity
import Messages
import Network
import Pages
import PluginKit
import Vocabulary

extension Gateway {
    /// `/api/…`: a request that shows an access token or a registered client certificate is a partner's; all others go on as they are.
    func apiOrPartner(_ rest: Substring, _ facade: Facade, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        let (siteID, afterSite) = Self.split(rest)
        guard let site = facade.sites[String(siteID)] else { return api(rest, facade, request, exchange) }
        let (first, below) = Self.split(afterSite)
        if first == OwnService.tokens { return oauth(below, site, request, exchange) }
        if first == OwnService.exchange { return exchangeDoor(below, site, request, exchange) }
        let now = clock.now
        do throws(Refusal) {
            guard let entry = try partner(of: request, at: site, now: now) else { return api(rest, facade, request, exchange) }
            partnerCall(entry, rest, afterSite, site, facade, request, exchange, now: now)
        } catch {
            refuseToken(error, exchange)
        }
    }

    /// A query that was found at once by its path, of somebody who may be a partner.
    func apiOrPartner(_ found: Finding, _ request: HTTPRequest, _ exchange: HTTPExchange) {
        let now = clock.now
        do throws(Refusal) {
            guard let entry = try partner(of: request, at: found.site, now: now) else { return api(found, request, exchange) }
            partnerCall(entry, found, request, exchange, now: now)
        } catch {
            refuseToken(error, exchange)
        }
    }

    private func refuseToken(_ refusal: Refusal, _ exchange: HTTPExchange) {
        var response = problem(refusal, instance: nil)
        // RFC 6750 §3.1; the description is ASCII.
        response.headers.set("WWW-Authenticate", "Bearer error=\"invalid_token\", error_description=\"\(refusal.log)\"")
        exchange.finish(response)
    }

    /// Whether the request shows something by which a partner is known.
    static func mayBePartner(_ request: HTTPRequest) -> Bool {
        !request.isAnonymous && (request.mayHave(.authorization) || request.clientCertificate != nil)
    }

    /// Who shows a token or a certificate; `nil` for everybody else. A wrong token is refused, never passed over.
    func partner(of request: HTTPRequest, at site: SiteFace, now: Timestamp) throws(Refusal) -> PartnerEntry? {
        // A connection's requests show the same token again and again: it is looked at anew when it has ended or something has changed.
        if let pass = request.kept as? PartnerPass, let entry = site.identity.partner(pass, now: now) { return entry }
        if let authorization = request.field("Authorization") {
            guard authorization.utf8.count > 7, authorization.prefix(7).lowercased() == "bearer " else { throw .authorizationScheme }
            let token = String(authorization.dropFirst(7).drop { $0 == " " })
            let pass = try site.identity.pass(token: token, certificate: request.clientCertificate, realm: realm(site))
            request.keep(pass)
            return pass.entry
        }
        // A person's browser may hold a certificate too; who has signed in is that person.
        guard let certificate = request.clientCertificate, request.field("Cookie") == nil else { return nil }
        return site.identity.partner(certificate: certificate)
    }

    /// A message of a plug-in, as the contract allows it.
    private func partnerCall(
        _ entry: PartnerEntry, _ rest: Substring, _ afterSite: Substring, _ site: SiteFace, _ facade: Facade, _ request: HTTPRequest,
        _ exchange: HTTPExchange, now: Timestamp
    ) {
        let (plugin, path) = Self.split(afterSite)
        guard case .found(let target, let parameters)? = site.api[String(plugin)]?.match(request.method.rawValue, path.isEmpty ? "/" : path)
        else {
            if interface(afterSite, site, request, exchange, partner: entry) { return }
            return strayPartner(entry, rest, plugin, site, facade, request, exchange)
        }
        partnerCall(entry, Finding(site: site, target: target, parameters: parameters), request, exchange, now: now)
    }

    private func partnerCall(_ entry: PartnerEntry, _ found: Finding, _ request: HTTPRequest, _ exchange: HTTPExchange, now: Timestamp) {
        let (site, target) = (found.site, found.target)
        enter(entry, target.endpoint.message, site, request, exchange, now: now) { (standing) throws(Refusal) -> Caller in
            guard let caller = standing.caller, let terms = caller.partner else {
                throw PartnerRefusals.outside(target.endpoint.message, contract: standing.contract)
            }
            if !terms.request.keepsAll || terms.consent != nil {
                let members = try PartnerMembers(found.parameters, request, isQuery: target.endpoint.kind == .query)
                try members.check(terms, contract: standing.contract)
                if let consent = terms.consent {
                    try site.identity.checkConsent(
                        request.field("Consent-Reference"), partner: entry.client.organisation.code, message: target.endpoint.message,
                        enterprise: members.text(at: consent))
                }
            }
            return caller
        } then: { [self] caller, leaving in
            take(target, found.parameters, call(at: site, request, leaving, as: caller, for: target))
        }
    }

    /// One call of a partner: state and contract, rate and quota, what `judge` says of it, a place for its receipt; then the work.
    ///
    /// - Parameters:
    ///   - route: the public interface that gives refusals its own form, before their receipts are made.
    ///   - work: must finish `leaving` once; it is the one way out, for answers and refusals alike.
    func enter<Judged>(
        _ entry: PartnerEntry, _ message: WireName, _ site: SiteFace, _ request: HTTPRequest, _ exchange: HTTPExchange,
        now: Timestamp, as route: InterfaceRoute? = nil, judge: (PartnerStanding) throws(Refusal) -> Judged,
        then work: (Judged, _ leaving: HTTPExchange) -> Void
    ) {
        var known: PartnerStanding?
        var limits: PartnerMeters.Reading?
        do throws(Refusal) {
            let contract = try entry.contract(at: now)
            let (reading, standing) = meters.meter(of: entry, site: site.card.id, now: now).take(entry, contract, message, now: now)
            (known, limits) = (standing, reading)
            if let tally = reading.mustSave { site.identity.saveUsage(of: entry.client.id, day: tally.day, calls: tally.calls) }
            try reading.check()
            let judged = try judge(standing)
            try site.witness?.admit()
            let exit = PartnerExit(
                gateway: self, site: site, standing: standing, request: request, time: now, limits: reading, route: route, exchange: exchange)
            work(judged, HTTPExchange(loop: exchange.loop, taker: exit))
        } catch {
            log(
                .info, "partner-refused", error.log, ("site", site.card.id), ("client", entry.client.id), ("message", message.description),
                ("code", error.code))
            let standing = known ?? PartnerStanding(entry, nil, message, site: site.card.id)
            let exit = PartnerExit(
                gateway: self, site: site, standing: standing, request: request, time: now, limits: limits, route: route, exchange: exchange)
            exit.take(problem(error, instance: nil))
        }
    }

    /// Keeps what partners called at a site and is not kept yet: the host stops.
    package func keepUsage(of site: SiteFace) async {
        for (client, tally) in meters.unsaved(at: site.card.id, now: clock.now) {
            await withCheckedContinuation { continuation in
                site.identity.saveUsage(of: client, day: tally.day, calls: tally.calls) { continuation.resume() }
            }
        }
    }

    /// A partner at an address that is no message: what everybody may read of the API stays open, all else is refused.
    private func strayPartner(
        _ entry: PartnerEntry, _ rest: Substring, _ first: Substring, _ site: SiteFace, _ facade: Facade, _ request: HTTPRequest,
        _ exchange: HTTPExchange
    ) {
        if entry.client.state != .active {
            return exchange.finish(problem(entry.client.state == .revoked ? PartnerRefusals.revoked : PartnerRefusals.suspended, instance: nil))
        }
        guard site.api[String(first)] != nil || first == OwnService.document else {
            return exchange.finish(problem(PartnerRefusals.notAMessage, instance: nil))
        }
        // Not found, or another method: the API's own answer.
        api(rest, facade, request, exchange, as: .stranger)
    }

    /// Takes out of a reply what the partner may not have.
    func filter(_ reply: [UInt8], _ terms: PartnerTerms) throws(Refusal) -> [UInt8] {
        guard !terms.answer.keepsAll else { return reply }
        do {
            let (bytes, removed) = try terms.answer.apply(to: reply)
            guard removed.count > 0 else { return bytes }
            let names = terms.note(removed)
            if !names.isEmpty {
                log(
                    .info, "partner-fields-removed", "fields outside the contract are removed from answers",
                    ("client", terms.actor.id), ("contract", String(terms.contract)),
                    ("message", terms.message.description), ("fields", names.joined(separator: " ")))
            }
            return bytes
        } catch {
            // What cannot be filtered does not leave.
            let incident = Incident.code(ids.next())
            log(.error, "partner-filter", "\(error)", ("message", terms.message.description), ("incident", incident))
            throw .internalError(incident: incident)
        }
    }

    /// Where the site's tokens come from and are good.
    func realm(_ site: SiteFace) -> TokenRealm { TokenRealm(origin: origin, site: site.card.id) }
}

/// The members of a partner's request, wherever they stand: path, query, body.
struct PartnerMembers {
    private let parameters: [(name: String, value: String)]
    private let body: [UInt8]

    /// - Throws: for a query string that is not well-formed.
    init(_ path: [(name: String, value: String)], _ request: HTTPRequest, isQuery: Bool) throws(Refusal) {
        var all = path
        if let query = request.query { all += try FormDecoding.pairs(query.utf8) }
        parameters = all
        body = isQuery ? [] : request.body
    }

    /// - Throws: `partner.members-outside` (403) naming every member that the contract does not list.
    func check(_ terms: PartnerTerms, contract version: Int) throws(Refusal) {
        guard !terms.request.keepsAll else { return }
        var names = parameters.map(\.name).filter { !terms.request.admits($0.split(separator: ".", omittingEmptySubsequences: false)) }
        if !body.isEmpty {
            do { names += try terms.request.apply(to: body).removed.names } catch {
                throw (error as? JSONError).map { .malformed($0) } ?? .busy
            }
        }
        guard names.isEmpty else { throw PartnerRefusals.membersOutside(names.map { String($0.prefix(60)) }, terms.message, contract: version) }
    }

    /// The text of a member; `nil` where there is none, or more than one.
    func text(at path: [String]) -> String? {
        let name = path.joined(separator: ".")
        let given = parameters.filter { $0.name == name }
        var found = given.map(\.value)
        if !body.isEmpty, var value = try? JSONValue(parsing: body) {
            for segment in path { value = value[segment] ?? .null }
            if let text = value.string { found.append(text) }
        }
        guard let first = found.first, found.allSatisfy({ $0 == first }) else { return nil }
        return first
    }
}

extension PartnerMeters.Reading {
    /// - Throws: `partner.rate`, `partner.quota` (429) with the time to wait.
    func check() throws(Refusal) {
        switch verdict {
        case .granted: return
        case .tooFast(let wait):
            throw Refusal(
                "partner.rate", status: 429, message: "调用过于频繁，超出合约约定的每分钟 \(perMinute) 次。请在 \(wait) 秒后重试。",
                log: "more than \(perMinute) calls a minute", retryAfter: .seconds(wait))
        case .quotaSpent(let wait):
            throw Refusal(
                "partner.quota", status: 429, message: "今日已调用 \(perDay) 次，达到合约约定的每日上限。请明日（北京时间）再试，或变更合约。",
                log: "daily quota of \(perDay) calls is spent", retryAfter: .seconds(wait))
        }
    }
}

extension Refusal {
    static let authorizationScheme = Refusal(
        "gateway.authorization-scheme", status: 401, message: "接口只接受 Authorization: Bearer 访问令牌。请先在令牌地址申请令牌后重试。",
        log: "authorization scheme is not Bearer")
}

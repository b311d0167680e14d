import Exchange
import Identity
import Messages
import Network

/// What stays the same while one client calls one message under one contract, worked out once.
final class PartnerStanding: Sendable {
    /// The version of the contract, 0 where there is none.
    let contract: Int
    /// As whom the message is called, with its terms; `nil` where the contract does not hold it.
    let caller: Caller?
    let form: ReceiptForm
    /// `RateLimit-Policy`, and `RateLimit` as far as its first number.
    private let limits: FieldLines

    /// - Parameter contract: the one in force; `nil`: none is.
    init(_ entry: PartnerEntry, _ contract: CompiledContract?, _ message: WireName, site: String) {
        self.contract = contract?.version ?? entry.contracts.first?.version ?? 0
        caller = contract?.calls[message].map { Caller(actor: $0.actor, partner: $0) }
        form = ReceiptForm(
            site: site, client: entry.client.id, organisation: entry.client.organisation.code, contract: self.contract, message: message)
        let (perMinute, perDay) = (contract?.terms.ratePerMinute ?? 0, contract?.terms.dailyQuota ?? 0)
        limits = FieldLines(room: 192) { line in
            line.begin("RateLimit-Policy")
            line.text("\"minute\";q=")
            line.number(perMinute)
            line.text(";w=60, \"day\";q=")
            line.number(perDay)
            line.text(";w=86400")
            line.end()
            line.begin("RateLimit")
            line.text("\"minute\";r=")
        }
    }

    var terms: PartnerTerms? { caller?.partner }

    /// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers).
    func write(_ reading: PartnerMeters.Reading, to line: inout FieldLines.Writer) {
        line.append(limits)
        line.number(reading.leftThisMinute)
        if case .tooFast(let wait) = reading.verdict {
            line.text(";t=")
            line.number(Int(wait))
        }
        line.text(", \"day\";r=")
        line.number(reading.leftToday)
        line.text(";t=")
        line.number(Int(reading.dayEnds))
        line.end()
    }
}

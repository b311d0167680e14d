import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension SQLReading {
    /// Slots of a service that begin from the moment on, the next first.
    func slots(of service: MessageID, from now: Timestamp) throws -> [AppointmentSlot] {
        try rows(
            "SELECT id, starts_at, minutes, capacity, taken, place, resource_title FROM slot WHERE service = ? AND starts_at >= ? ORDER BY starts_at, id LIMIT 100",
            service, now
        ) { row in
            AppointmentSlot(
                id: try row.get(0), startsAt: try row.get(1), minutes: try row.get(2), capacity: try row.get(3),
                taken: try row.get(4), place: try row.get(5),
                resource: try row.get(6))
        }
    }

    /// Whether an expert or venue is wanted elsewhere in the time between.
    func isBooked(_ resource: AgencyResource, from start: Timestamp, to end: Timestamp, besides service: MessageID)
        throws -> Bool
    {
        try value(
            """
            SELECT 1 FROM slot WHERE agency = ? AND resource = ? AND service <> ? AND starts_at < ? AND starts_at + minutes * 60000 > ? LIMIT 1
            """, resource.agency, resource.number, service, end, start, as: Int.self) != nil
    }

    /// Experts and venues of an agency by number.
    func resources(of agency: CreditCode, name: String) throws -> [AgencyResource] {
        try rows(
            "SELECT number, kind, title, profile, categories, region, seats FROM resource WHERE agency = ? ORDER BY kind, number",
            agency
        ) { row in
            AgencyResource(
                number: try row.get(0), agency: agency, agencyName: name, kind: try row.coded(1), title: try row.get(2),
                profile: try row.get(3),
                categories: (try row.get(4, as: String.self)).split(separator: " ").map(String.init),
                region: try row.get(5), seats: try row.get(6))
        }
    }
}

extension Transaction {
    func write(_ one: AgencyResource) throws {
        try run(
            "INSERT OR REPLACE INTO resource (agency, number, kind, title, region, seats, categories, profile) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            one.agency,
            one.number, one.kind.rawValue, one.title, one.region, one.seats, one.categories.joined(separator: " "),
            one.profile)
    }
}

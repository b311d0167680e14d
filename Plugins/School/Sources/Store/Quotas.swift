import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

extension SQLReading {
    /// What the divisions may hold of a class, by code; none where it has no quotas. No two of them contain each other.
    func quotas(of schoolClass: ClassID) throws -> [RegionQuota] {
        try rows("SELECT region, seats, taken FROM class_quota WHERE class = ? ORDER BY region", schoolClass) {
            RegionQuota(region: try $0.get(0), seats: try $0.get(1), taken: try $0.get(2))
        }
    }
}

extension [RegionQuota] {
    /// The one that binds somebody from there.
    func index(for region: RegionCode?) -> Int? {
        guard let region else { return nil }
        return firstIndex { $0.region.contains(region) }
    }

    func quota(for region: RegionCode?) -> RegionQuota? { index(for: region).map { self[$0] } }
}

extension RegionQuota {
    var free: Int { seats - (taken ?? 0) }
}

extension Transaction {
    /// Counts seats that somebody from there got or gave back.
    func count(_ seats: Int, from region: RegionCode?, in schoolClass: ClassID) throws {
        guard seats != 0, let quota = try quotas(of: schoolClass).quota(for: region) else { return }
        try run("UPDATE class_quota SET taken = taken + ? WHERE class = ? AND region = ?", seats, schoolClass, quota.region)
    }

    /// Puts other quotas in place, with what is held by now.
    func save(_ quotas: [RegionQuota], of id: ClassID, named title: (RegionCode) -> String) throws {
        let holding = "[" + RegistrationState.allCases.filter(\.holdsSeat).map { "\"\($0.rawValue)\"" }.joined(separator: ",") + "]"
        try run("DELETE FROM class_quota WHERE class = ?", id)
        for quota in quotas {
            let range = quota.region.codesBelow
            let taken: Int =
                try value(
                    "SELECT count(*) FROM registration WHERE class = ? AND state IN (SELECT value FROM json_each(?)) AND region BETWEEN ? AND ?", id,
                    holding, range.lowerBound, range.upperBound) ?? 0
            guard taken <= quota.seats else {
                throw SchoolRefusal.make(
                    "quota-taken", "\(title(quota.region))的地区名额 \(quota.seats) 个少于已占用的 \(taken) 个。请先与已录取人员协商取消，或不减少名额。",
                    log: "quota of \(quota.region) below \(taken) taken")
            }
            try run("INSERT INTO class_quota (class, region, seats, taken) VALUES (?, ?, ?, ?)", id, quota.region, quota.seats, taken)
        }
    }
}

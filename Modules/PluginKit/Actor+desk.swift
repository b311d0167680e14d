public import Messages
public import Store
import Vocabulary

/// By what hotline and column, and whoever else dispatches matters to units, say what a person sees.
extension Actor {
    /// Where a desk's or a supervisor's authority reaches: ranges of region codes, for `BETWEEN`.
    public var deskRanges: [ClosedRange<String>] {
        grants.compactMap { grant in
            guard [.windowStaff, .cityStaff, .provinceStaff].contains(grant.role) else { return nil }
            return grant.region.map(\.codesBelow) ?? "000000"..."999999"
        }
    }

    /// The handling units that the person acts for: one with a credit code by the department handlers of that organisation, one without by
    /// the window staff of its region.
    ///
    /// - Parameter table: of the plug-in's own, with the columns `id`, `credit_code` and `region`.
    public func units(in table: String, _ reading: some SQLReading) throws -> [(id: String, isDepartment: Bool)] {
        guard holds(.departmentHandler, .windowStaff) else { return [] }
        return try reading.rows(
            "SELECT id, credit_code, region FROM \(table) WHERE credit_code = ? OR credit_code IS NULL", organisation
        ) { row in
            (
                id: try row.get(0, as: String.self), code: try row.get(1, as: CreditCode?.self),
                region: try row.get(2, as: RegionCode.self)
            )
        }.filter { unit in
            unit.code == nil ? holds(.windowStaff, in: unit.region) : holds(.departmentHandler, in: unit.region)
        }.map { (id: $0.id, isDepartment: $0.code != nil) }
    }
}

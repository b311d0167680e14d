/// Units in the order of their codes.
public struct EligibleUnits: Codable, Sendable, Hashable {
    public var units: [EligibleUnit]

    public init(units: [EligibleUnit]) {
        self.units = units
    }
}

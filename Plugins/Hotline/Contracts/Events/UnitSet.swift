public import Messages

/// A handling unit was entered or changed.
public struct UnitSet: Event {
    public static let name: WireName = "hotline.unit-set.v1"
    public var subject: String { "unit/\(unit.id)" }
    public var unit: HandlingUnit

    public init(unit: HandlingUnit) { self.unit = unit }
}

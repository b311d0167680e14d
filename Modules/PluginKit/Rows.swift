public import Store
public import Vocabulary

/// A column held something the program never writes: the file was changed by another hand.
public struct UnreadableColumn: Error, CustomStringConvertible {
    public let column: Int
    public let wanted: String

    public init(column: Int, wanted: String) {
        self.column = column
        self.wanted = wanted
    }

    public var description: String { "column \(column) does not hold \(wanted)" }
}

extension Row {
    /// A value whose raw text is what the table's CHECK allows.
    ///
    /// - Throws: `UnreadableColumn` for any other text.
    public func coded<T: RawRepresentable>(_ column: Int, as type: T.Type = T.self) throws -> T where T.RawValue == String {
        guard let value = T(rawValue: try get(column, as: String.self)) else { throw UnreadableColumn(column: column, wanted: "a \(T.self)") }
        return value
    }
}

extension RegionTable {
    /// 长沙市浏阳市: a county with its city, since names of counties repeat; the digits for a code the table does not know.
    public func title(of code: RegionCode) -> String {
        guard let region = region(code) else { return code.description }
        guard region.tier == .county, let city = region.parent.flatMap({ self.region($0) }), city.tier == .city else { return region.name }
        return city.name + region.name
    }
}

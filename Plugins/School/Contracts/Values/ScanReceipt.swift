/// What a merge came to: numbers, and each scan in the order given.
public struct ScanReceipt: Codable, Sendable, Hashable {
    public var counted: Int
    public var duplicates: Int
    public var conflicts: Int
    public var results: [ScanResult]

    public init(counted: Int, duplicates: Int, conflicts: Int, results: [ScanResult]) {
        self.counted = counted
        self.duplicates = duplicates
        self.conflicts = conflicts
        self.results = results
    }
}

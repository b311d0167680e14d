import ExpoContracts

/// Where the booths of a hall stand, made from their sizes: rows of standard booths with an aisle after every second row.
struct FloorPlan: Equatable {
    struct Place: Equatable {
        var booth: BoothID
        /// In standard booths from the left, and in rows from the top.
        var column: Int
        var row: Int
        /// In standard booths.
        var width: Int
    }

    /// Standard booths in a row.
    static let columns = 8
    private(set) var places: [Place] = []
    private(set) var rows = 0

    /// Each booth goes into the first row with room for it, in the order given, so that those that are there stay when others come.
    init(_ booths: [(id: BoothID, size: Int)]) {
        var free: [Int] = []
        for booth in booths {
            let width = min(max(booth.size, 1), Self.columns)
            if let row = free.firstIndex(where: { $0 >= width }) {
                places.append(Place(booth: booth.id, column: Self.columns - free[row], row: row, width: width))
                free[row] -= width
            } else {
                places.append(Place(booth: booth.id, column: 0, row: free.count, width: width))
                free.append(Self.columns - width)
            }
        }
        rows = free.count
    }
}

import Bus
import Messages
import SchoolContracts
import Store
import Vocabulary

/// The school's handlers with the settings they follow.
struct Academy: Sendable {
    let settings: SchoolSettings
    let regions: RegionTable
    let categories: [ServiceCategory]

    /// Whether the table has this code, abolished ones too; a table without rows says nothing about any.
    func isKnown(_ region: RegionCode) -> Bool { regions.count == 0 || regions.region(region) != nil }

    /// The division's name for people; its number where it is not known.
    func title(of region: RegionCode) -> String { regions.region(region)?.name ?? region.description }
}

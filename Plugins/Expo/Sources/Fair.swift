import Bus
import ExpoContracts
import Messages
import PluginKit
import Store
import Vocabulary

/// The expo's handlers with the settings they follow.
struct Fair: Sendable {
    let settings: ExpoSettings
    let regions: RegionTable
    let categories: [ServiceCategory]
    let visits = VisitCounter()
    let pictures = CleanPictures()

    /// The division's name for people; its number where it is not known.
    func title(of region: RegionCode) -> String { regions.region(region)?.name ?? region.description }

    func faults(_ check: (inout InputRules) -> Void) throws {
        var rules = InputRules()
        check(&rules)
        try rules.refuseIfFaulty(ExpoRefusal.invalid)
    }
}

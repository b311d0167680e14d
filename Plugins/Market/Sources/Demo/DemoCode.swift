import Vocabulary

/// Credit codes that are well-formed and nobody's: `91`, the region, `MA5DM`, three digits.
enum DemoCode {
    static func make(_ region: String, _ serial: Int) -> CreditCode? {
        CreditCode.completing("91\(region)MA5DM" + String(1000 + serial % 1000).suffix(3))
    }

    /// The agency for which `demo-agency` acts.
    static let agency = CreditCode("91430200MA4LDEM29K")
}

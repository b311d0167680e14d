import Vocabulary

/// Credit codes that are well-formed and nobody's: `91`, the region, `MA5DM`, three digits; the last two characters are tried.
enum DemoCode {
    static func make(_ region: String, _ serial: Int) -> CreditCode? {
        let digits = String(1000 + serial % 1000).dropFirst()
        for check in "0123456789X" {
            for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" {
                if let code = CreditCode("91\(region)MA5DM\(digits)\(check)\(last)") { return code }
            }
        }
        return nil
    }

    /// The agency for which `demo-agency` acts.
    static let agency = CreditCode("91430200MA4LDEM29K")
}

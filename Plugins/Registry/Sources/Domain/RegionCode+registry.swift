import Vocabulary

extension RegionCode {
    /// The city a county belongs to by its code; the code itself for a city or a province.
    var cityOrSelf: RegionCode { RegionCode(String(number / 100 * 100)) ?? self }

    var isProvince: Bool { number % 10_000 == 0 }
}

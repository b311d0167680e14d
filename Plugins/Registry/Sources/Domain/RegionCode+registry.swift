import Vocabulary

extension RegionCode {
    /// The city a county belongs to by its code; the code itself for a city or a province.
    var cityOrSelf: RegionCode { RegionCode(String(number / 100 * 100)) ?? self }

    var isProvince: Bool { number % 10_000 == 0 }

    /// Every code at or below this one, for `BETWEEN`.
    var codeRange: ClosedRange<Int> {
        let number = Int(number)
        if number % 10_000 == 0 { return number...number + 9_999 }
        return number % 100 == 0 ? number...number + 99 : number...number
    }
}

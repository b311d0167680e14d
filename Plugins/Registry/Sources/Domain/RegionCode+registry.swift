import Vocabulary

extension RegionCode {
    /// The city a county belongs to by its code; the code itself for a city or a province.
    var cityOrSelf: RegionCode { RegionCode(String(number / 100 * 100)) ?? self }

    var isProvince: Bool { number % 10_000 == 0 }

    /// First and last code at or below this one, as text, for `BETWEEN`.
    var codeRange: ClosedRange<String> {
        let below: Int32 = number % 10_000 == 0 ? 9_999 : number % 100 == 0 ? 99 : 0
        return description...String(number + below)
    }
}

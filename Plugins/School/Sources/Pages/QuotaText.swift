import PluginKit
import SchoolContracts
import Vocabulary

/// Seats by region in a form: a region and a number a line.
enum QuotaText {
    static func write(_ quotas: [RegionQuota], _ regions: RegionTable) -> String {
        quotas.map { "\(regions.title(of: $0.region)) \($0.seats)" }.joined(separator: "\n")
    }

    /// A region is a name, alone or with its city in front, or six digits.
    ///
    /// - Parameter province: where names are looked up.
    /// - Returns: what can be read, and the lines that cannot.
    static func read(_ text: String, _ regions: RegionTable, in province: RegionCode?) -> (quotas: [RegionQuota], wrong: [String]) {
        var quotas: [RegionQuota] = []
        var wrong: [String] = []
        for line in text.split(whereSeparator: \.isNewline).map(\.trimmed) where !line.isEmpty {
            let parts = line.split(whereSeparator: { $0.isWhitespace || "，,：:".contains($0) })
            if parts.count == 2, let seats = Int(parts[1].hasSuffix("人") ? parts[1].dropLast() : parts[1]), let region = region(String(parts[0]), regions, province) {
                quotas.append(RegionQuota(region: region, seats: seats))
            } else {
                wrong.append(line)
            }
        }
        return (quotas, wrong)
    }

    private static func region(_ text: String, _ regions: RegionTable, _ province: RegionCode?) -> RegionCode? {
        if let code = RegionCode(text) { return code }
        let named = regions.choices(below: province, on: .last).filter { $0.title == text }.compactMap { RegionCode($0.value) }
        let found = named.isEmpty ? regions.regions(named: text, within: province).map(\.code) : named
        return found.count == 1 ? found.first : nil
    }
}

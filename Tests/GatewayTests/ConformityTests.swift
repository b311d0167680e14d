import Bus
import Testing
import Vocabulary

@testable import Gateway

@Suite("Versions of sites beside the uppermost one")
struct ConformityTests {
    private func site(_ versions: [String: String]?, parent: String? = "hunan") -> SiteEntry {
        SiteEntry(id: "liuyang", title: "浏阳", kind: .county, parent: parent, plugins: ["market", "registry"], versions: versions)
    }

    @Test("Older, newer, equal and unknown are told apart, number by number, and only what differs is listed")
    func verdicts() {
        let hub = SiteEntry(id: "hunan", title: "湖南", kind: .hub, plugins: ["market", "registry"], versions: ["market": "1.10.0", "registry": "2.0.0"])
        let older = Conformity(site(["market": "1.9.0", "registry": "2.0.0"]), with: hub)
        #expect(older.title == "较旧" && !older.isGood && older.difference == "market 1.9.0（基准 1.10.0）")
        #expect(Conformity(site(["market": "1.10.0", "registry": "2.0.1"]), with: hub).title == "较新")
        let same = Conformity(site(["market": "1.10.0"]), with: hub)
        #expect(same.title == "一致" && same.isGood && same.difference == nil)
        #expect(Conformity(site(nil), with: hub).title == "不详")
        #expect(Conformity(site(nil, parent: nil), with: nil).title == "基准")
    }
}

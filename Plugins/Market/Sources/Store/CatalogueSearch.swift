import MarketContracts
import Messages
import Store
import Vocabulary

/// Services and agencies by what people call them.
enum CatalogueSearch {
    static let services = SearchIndex("service_search", columns: [("title", 10), ("agency", 5), ("category", 4), ("body", 1)])
    static let agencies = SearchIndex("agency_search", columns: [("title", 10), ("number", 8), ("categories", 4), ("summary", 1)])

    /// Most hits that are looked at; beyond them nobody reads.
    static let most = 5000

    /// Rank of each key, the best 0; where nothing holds every word, what shares half of the pairs of characters at least.
    static func ranks(_ text: String, _ index: SearchIndex, in reading: some SQLReading) throws -> (ranks: [String: Int], isSimilar: Bool) {
        let exact = try index.keys(text, limit: most, in: reading)
        if !exact.isEmpty { return (numbered(exact), false) }
        return (try similar(text, index, in: reading), true)
    }

    /// Rank of each key that shares half of the pairs of characters at least.
    static func similar(_ text: String, _ index: SearchIndex, in reading: some SQLReading) throws -> [String: Int] {
        let pairs = self.pairs(of: text)
        guard pairs.count > 1 else { return [:] }
        var shared: [String: Int] = [:]
        for pair in pairs { for key in try index.keys(pair, limit: 1000, in: reading) { shared[key, default: 0] += 1 } }
        let close = shared.filter { $0.value * 2 >= pairs.count }.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        return numbered(close.map(\.key))
    }

    /// 数字化转型 → 数字 字化 化转 转型; at most 20.
    static func pairs(of text: String) -> [String] {
        var found: [String] = []
        for word in text.split(whereSeparator: { $0.isWhitespace || $0.isPunctuation }) {
            let characters = Array(word)
            if characters.count < 2 || characters.allSatisfy({ $0.isASCII }) {
                found.append(String(word))
                continue
            }
            for first in 0..<(characters.count - 1) { found.append(String(characters[first...(first + 1)])) }
        }
        return Array(found.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.prefix(20))
    }

    private static func numbered(_ keys: [String]) -> [String: Int] {
        Dictionary(keys.enumerated().map { ($0.element, $0.offset) }) { first, _ in first }
    }
}

import PluginKit
import Store

enum BoothSearch {
    /// Booths that are shown by the words of title, exhibitor, exhibits and summary; keys are `site/booth`.
    static let index = SearchIndex("booth_search", columns: [("title", 10), ("exhibitor", 6), ("exhibits", 5), ("summary", 1)])
    /// Finds a visitor's number again without holding it in the open.
    static let phones = BlindIndex("phone_key")
}

import Testing

@testable import Gateway

@Suite("Tables of texts found by their bytes")
struct ByteTableTests {
    @Test func everyTextIsFoundAndNoOther() {
        var table = ByteTable<Int>()
        let texts = (0..<500).map { "/api/site\($0 % 7)/plugin\($0)" } + ["", "a", "ab"]
        for (number, text) in texts.enumerated() { table[text] = -number }
        for (number, text) in texts.enumerated() { table[text] = number }
        for (number, text) in texts.enumerated() {
            #expect(table[text] == number)
            #expect(table[text + "/"] == nil)
        }
        table["a"] = nil
        #expect(table["a"] == nil)
        #expect(texts.filter { table[$0] != nil }.count == texts.count - 1)
    }
}

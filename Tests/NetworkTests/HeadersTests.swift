import Network
import Testing

@Suite("Header fields")
struct HeadersTests {
    @Test func namesCompareWithoutCaseAndOrderIsKept() {
        var headers: HTTPHeaders = ["Accept": "a", "X-One": "1", "accept": "b"]
        #expect(headers["ACCEPT"] == "a")
        #expect(headers.all("Accept") == ["a", "b"])
        headers.set("Accept", "c")
        #expect(headers.all("accept") == ["c"])
        headers.add("x-one", "2")
        #expect(headers.fields.map(\.value) == ["1", "c", "2"])
        headers.remove("X-ONE")
        #expect(headers["x-one"] == nil)
        #expect(headers["absent"] == nil)
    }
}

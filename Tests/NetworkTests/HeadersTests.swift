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

    @Test("fields put into bytes beforehand are sent with those added later, and without one taken away; a bad one is a 500")
    func preparedFields() throws {
        let server = try TestServer()
        let client = try server.client()
        let all = try client.get("/prepared").headers
        #expect(["X-One", "X-Two", "X-Three"].map { all.all($0) } == [["1"], ["2"], ["3"]])
        let less = try client.get("/prepared-less").headers
        #expect(["X-One", "X-Two", "X-Three"].map { less.all($0) } == [[], ["2"], ["3"]])
        #expect(try client.get("/prepared-split").status == 500)
    }
}

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

    @Test func whatWasGivenAsNumbersIsReadAndChangedLikeEveryField() {
        var headers: HTTPHeaders = ["X-One": "1"]
        headers.add(tag: 0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210)
        headers.add(requestID: 0x0190_B6F2_1234_7ABC, 0x8DEF_0123_4567_89AB)
        #expect(headers["etag"] == "\"0123456789abcdeffedcba9876543210\"")
        #expect(headers.all("x-request-id") == ["0190b6f2-1234-7abc-8def-0123456789ab"])
        #expect(headers.fields.map(\.name) == ["X-One", "ETag", "X-Request-Id"])
        headers.remove("ETag")
        headers.add("X-Two", "2")
        #expect(headers.fields.map(\.name) == ["X-One", "X-Request-Id", "X-Two"])
    }

    @Test("numbers in lines of an answer have their digits, and lines put together before stand where they are put")
    func numbersInLines() {
        let numbers = [0, 7, 9, 10, 11, 99, 100, 101, 999, 1000, 12_345, 999_999, 1_000_000, 1_234_567_890, .max]
        for number in numbers {
            let begun = FieldLines(room: 32) { $0.begin("X-Number") }
            let lines = FieldLines(room: 64) { line in
                line.append(begun)
                line.number(number)
                line.end()
            }
            var headers: HTTPHeaders = ["X-One": "1"]
            headers.add(lines)
            #expect(headers["x-number"] == String(number))
            #expect(headers.fields.map(\.name) == ["X-One", "X-Number"])
        }
        var headers = HTTPHeaders()
        headers.add(
            FieldLines(room: 64) { line in
                line.begin("X-Number")
                line.number(-5)
                line.end()
            })
        #expect(headers["X-Number"] == "0")
    }

    @Test func aFieldThatCannotBeSentIsStillThereToBeRead() {
        var headers: HTTPHeaders = ["X-One": "1", "X-Split": "a\r\nX-Two: b"]
        #expect(headers["x-split"] == "a\r\nX-Two: b")
        #expect(headers["X-Two"] == nil)
        headers.set("X-Split", "a")
        #expect(headers.fields.map(\.value) == ["1", "a"])
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

    @Test("an answer whose fields are known beforehand is the same from the loop and from elsewhere, whole when it is large, bare for HEAD")
    func knownFields() throws {
        #expect(PreparedFields(["X-Name": "a\r\nSet-Cookie: x=1"]) == nil)
        let server = try TestServer()
        let client = try server.client()
        for path in ["/known", "/known-elsewhere", "/known-twice"] {
            let answer = try client.get(path)
            #expect(answer.status == 200)
            #expect(answer.headers.fields.map(\.name).filter { $0 != "Date" } == ["X-One", "ETag", "X-Request-Id", "Content-Length"])
            #expect(answer.headers["ETag"] == "\"00000000000000010000000000000002\"")
            #expect(answer.headers["X-Request-Id"] == "0190b6f2-1234-7abc-8def-0123456789ab")
            #expect(answer.text == "known")
        }
        #expect(try client.get("/known-large").body.count == 100_000)
        let bare = try client.request(.head, "/known")
        #expect(bare.headers["Content-Length"] == "5")
        #expect(bare.body.isEmpty)
    }
}

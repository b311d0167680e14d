import Foundation
import Network
import Synchronization
import Testing

@Suite("The server over TLS")
struct ServerTests {
    @Test func aConnectionServesManyRequestsAndNamesLengthAndDate() throws {
        let server = try TestServer()
        let client = try server.client()
        for number in 0..<3 {
            let answer = try client.get("/a/\(number)?q=1")
            #expect(answer.status == 200)
            #expect(answer.text == "GET /a/\(number)?q=1 0")
            #expect(answer.headers["Content-Length"] == "\(answer.body.count)")
            let date = try #require(answer.headers["date"])
            #expect(date.hasSuffix(" GMT") && date.utf8.count == 29)
        }
        #expect(server.value("http_connections_accepted_total") == 1)
        #expect(server.value("http_requests_total") == 3)
    }

    @Test func pipelinedRequestsAreAnsweredInOrderThoughTheFirstIsSlow() throws {
        let server = try TestServer()
        let client = try server.client()
        let get = { (path: String) in "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
        try client.send(Array((get("/hold") + get("/one") + get("/two")).utf8))
        #expect(eventually { server.echo.seen.withLock { $0.count } == 3 })
        let exchange = try #require(server.echo.held.withLock { $0.first })
        exchange.finish(HTTPResponse(body: .bytes(Array("held".utf8))))
        #expect(try client.readAnswer().text == "held")
        #expect(try client.readAnswer().text == "GET /one 0")
        #expect(try client.readAnswer().text == "GET /two 0")
    }

    @Test("connections whose requests come at once are all answered, also by each other, and those that end do so after their answer")
    func manyAtOnce() throws {
        let server = try TestServer { $0.connectionsPerAddress = 200 }
        let first = try server.client()
        let others = try (0..<70).map { _ in try server.client() }
        for client in others { #expect(try client.get("/warm").status == 200) }
        try first.send(Array("GET /stop HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(eventually { server.echo.seen.withLock { $0.contains("/stop") } })
        for (number, client) in others.enumerated() {
            let paths = number == 0 ? ["/hold"] : number == 69 ? ["/let-go"] : ["/\(number)/one", "/\(number)/two"]
            let fields = "Host: localhost\r\n" + (number % 7 == 3 ? "Connection: close\r\n" : "")
            try client.send(Array(paths.map { "GET \($0) HTTP/1.1\r\n\($0.hasSuffix("one") ? "Host: localhost\r\n" : fields)\r\n" }.joined().utf8))
        }
        server.echo.gate.signal()
        #expect(try first.readAnswer().status == 200)
        for (number, client) in others.enumerated() where number % 69 != 0 {
            #expect(try client.readAnswer().text == "GET /\(number)/one 0")
            #expect(try client.readAnswer().text == "GET /\(number)/two 0")
        }
        #expect(try others[0].readAnswer().text == "held")
        #expect(try others[69].readAnswer().status == 200)
        // Ten asked for the end; the others go on.
        #expect(eventually { server.value("http_connections_open") == 61 })
        #expect(try others[1].get("/again").status == 200)
    }

    @Test func whatChangesSomethingWaitsForTheAnswersBeforeIt() throws {
        let server = try TestServer()
        let client = try server.client()
        let post = "POST /change HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\nab"
        try client.send(Array(("GET /hold HTTP/1.1\r\nHost: localhost\r\n\r\n" + post + post).utf8))
        #expect(eventually { server.echo.seen.withLock { $0.count } == 1 })
        server.echo.held.withLock { $0.first }?.finish(HTTPResponse())
        #expect(try client.readAnswer().status == 200)
        #expect(try client.readAnswer().text == "POST /change 2")
        #expect(try client.readAnswer().text == "POST /change 2")
    }

    @Test func aTaskOnTheLoopStaysThereAndAThreadMayAnswerToo() throws {
        let server = try TestServer()
        let client = try server.client()
        #expect(try client.get("/later").text == "on loop")
        #expect(try client.get("/elsewhere").text == "from a thread")
    }

    @Test func bodiesComeByLengthAndInChunks() throws {
        let server = try TestServer()
        let client = try server.client()
        let large = [UInt8](repeating: 66, count: 300_000)
        #expect(try client.request(.post, "/p", body: large).text == "POST /p 300000")
        try client.send(
            Array(
                "POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n3\r\n---\r\n0\r\nX-T: 1\r\n\r\n"
                    .utf8))
        #expect(try client.readAnswer(to: .post).text == "POST /c 8")
        #expect(try client.get("/after").text == "GET /after 0")
    }

    @Test func aBodyOverTheLimitIsRefusedBeforeItIsRead() throws {
        let server = try TestServer(limit: 10)
        let client = try server.client()
        let answer = try client.request(.post, "/p", body: [UInt8](repeating: 1, count: 11))
        #expect(answer.status == 413)
        #expect(answer.headers["Connection"] == "close")
        #expect(answer.text.contains("network.body-too-large"))
        #expect(server.echo.seen.withLock { $0.isEmpty })
        try client.send(
            Array("POST /c HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\n".utf8))
        #expect(try client.readAnswer(to: .post).status == 413)
    }

    @Test func whoExpectsContinueIsToldToGoOn() throws {
        let server = try TestServer()
        let client = try server.client()
        let head = "POST /e HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        try client.send(Array(head.utf8))
        #expect(try client.readAnswer(to: .post).status == 100)
        try client.send(Array("abc".utf8))
        #expect(try client.readAnswer(to: .post).text == "POST /e 3")
        try client.send(Array((head + "abc").utf8))
        #expect(try client.readAnswer(to: .post).text == "POST /e 3", "a body that is there already needs no 100")
    }

    @Test func headHasTheFieldsOfGetWithoutTheBody() throws {
        let server = try TestServer()
        let client = try server.client()
        let head = try client.request(.head, "/large?70000")
        #expect(head.headers["Content-Length"] == "70000" || head.headers["Content-Length"] == "0")
        #expect(try client.request(.head, "/file").headers["Content-Length"] == "10")
        #expect(try client.get("/x").text == "GET /x 0")
    }

    @Test(arguments: [
        ("bytes=2-4", 206, "234", "bytes 2-4/10"), ("bytes=7-", 206, "789", "bytes 7-9/10"),
        ("bytes=-3", 206, "789", "bytes 7-9/10"), ("bytes=0-99", 206, "0123456789", "bytes 0-9/10"),
        ("bytes=10-", 416, "", "bytes */10"), ("bytes=-0", 416, "", "bytes */10"),
        ("bytes=4-2", 200, "0123456789", ""), ("bytes=0-1,3-4", 200, "0123456789", ""),
        ("lines=1-2", 200, "0123456789", ""), ("bytes=a-b", 200, "0123456789", ""),
        ("bytes=-", 200, "0123456789", ""), ("bytes=1-99999999999999999999", 200, "0123456789", ""),
    ])
    func filesAreSentWholeOrInOneRange(range: String, status: Int, text: String, contentRange: String) throws {
        let server = try TestServer()
        let answer = try server.client().get("/file", headers: ["Range": range])
        #expect(answer.status == status)
        #expect(answer.text == text)
        #expect(answer.headers["Content-Range"] ?? "" == contentRange)
    }

    @Test func aFileThatIsGoneIsAFailureOfTheServer() throws {
        let server = try TestServer()
        let client = try server.client()
        #expect(try client.get("/no-file").status == 500)
        #expect(try client.get("/x").status == 200)
    }

    @Test func streamsComeInChunksAndBreakVisibly() throws {
        let server = try TestServer()
        let client = try server.client()
        let answer = try client.get("/stream")
        #expect(answer.text == "piecepiecepiece")
        #expect(answer.headers["Transfer-Encoding"] == "chunked")
        #expect(throws: NetworkError.self) { try client.get("/broken-stream") }
    }

    @Test func aFieldThatWouldSplitTheAnswerIsStopped() throws {
        let server = try TestServer()
        let answer = try server.client().get("/split")
        #expect(answer.status == 500)
        #expect(answer.headers["Set-Cookie"] == nil)
        #expect(server.value("http_handler_defects_total") == 1)
    }

    @Test func aSecondAnswerIsIgnoredAndCounted() throws {
        let server = try TestServer()
        let client = try server.client()
        #expect(try client.get("/twice").text == "first")
        #expect(try client.get("/x").text == "GET /x 0")
    }

    @Test func largeAnswersReachAReaderThatPauses() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send(Array("GET /large?9000000 HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        let other = try server.client()
        #expect(try other.get("/x").status == 200, "others are served meanwhile")
        #expect(try client.readAnswer().body.count == 9_000_000)
    }

    @Test func connectionCloseIsHonoured() throws {
        let server = try TestServer()
        let client = try server.client()
        try client.send(Array("GET /x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\nGET /y HTTP/1.1\r\n".utf8))
        let text = String(decoding: try client.readToEnd(), as: UTF8.self)
        #expect(text.contains("Connection: close\r\n"))
        #expect(text.hasSuffix("GET /x 0"))
    }

    @Test func aClientThatStopsSendingStillGetsItsAnswers() throws {
        let server = try TestServer(plain: true)
        let client = try server.client()
        let post = "POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx"
        try client.send(Array((post + post).utf8))
        client.endOutput()
        let text = String(decoding: try client.readToEnd(), as: UTF8.self)
        #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
    }

    @Test func plainHTTPOnTheTLSPortGetsASentence() throws {
        let server = try TestServer()
        let client = try HTTPClient(port: server.server.boundPort, trust: .plain)
        try client.send(Array("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8))
        #expect(String(decoding: try client.readToEnd(), as: UTF8.self).contains("network.plain-http"))
    }
}

import PluginKit
import Testing

@testable import Gateway

@Suite("Gateway: tags and short ways")
struct TagTests {
    @Test("a quick tag repeats for the same bytes and differs for others, of every length around the size of a step")
    func quickTags() {
        var seen: Set<String> = []
        for length in 0..<70 {
            var bytes = [UInt8](repeating: 0, count: length)
            #expect(EntityTag.quick(bytes) == EntityTag.quick(bytes))
            #expect(seen.insert(EntityTag.quick(bytes)).inserted)
            for place in bytes.indices {
                bytes[place] = 1
                #expect(seen.insert(EntityTag.quick(bytes)).inserted, "\(length) bytes, changed at \(place)")
                bytes[place] = 0
            }
        }
    }

    @Test("the tag that If-Match is compared with is a digest")
    func digestTags() {
        // SHA-256 of nothing begins so.
        #expect(EntityTag.of([]) == "\"e3b0c44298fc1c149afbf4c8996fb924\"")
    }

    @Test("the short way through the routes finds what the long one finds, and leaves the rest to it")
    func shortWay() {
        var table = RouteTable<Int>()
        table.add(.get("/books"), 1)
        table.add(.get("/books/{id}"), 2)
        table.add(.get("/books/new"), 3)
        table.add(.post("/books/{id}"), 4)
        table.add(.get("/books/{id}/pages/{page}"), 5)
        table.add(.post("/only-post"), 6)
        func get(_ path: String) -> (Int, [String])? {
            var path = path
            return path.withUTF8 { table.get($0) }.map { ($0.target, $0.parameters.map(\.value)) }
        }
        for path in ["/books", "/books/7", "/books/new", "/books/7/pages/9", "/books/书"] {
            guard case .found(let target, let parameters) = table.match("GET", path[...]) else { Issue.record("\(path)"); continue }
            #expect(get(path)?.0 == target)
            #expect(get(path)?.1 == parameters.map(\.value))
        }
        for path in ["/", "/books/", "/books/7/", "/books/7/pages", "/books/%41", "/only-post", "/absent"] { #expect(get(path) == nil, "\(path)") }
    }
}

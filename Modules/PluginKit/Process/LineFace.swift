package import Bus
import Messages
package import Pages
package import Store
import Vocabulary

/// The host's view of a plug-in's pages, to-dos and searches at the end of a line.
package struct LineFace: RemoteFace {
    private let line: PlugLine
    /// The site's attachments.
    private let files: FileStore

    private static let patience: Duration = .seconds(10)
    /// Of what stands on a page beside others: a slow plug-in must not hold up the home page.
    private static let brief: Duration = .seconds(2)

    package init(line: PlugLine, files: FileStore) {
        self.line = line
        self.files = files
    }

    /// What a page may hand out at once; attachments go by their own way.
    private static let mostDownload = 256 << 20

    package func page(_ route: RouteShape, _ request: PageRequest) async throws -> PageReply {
        var head = FrameHead.call("page")
        head.actor = request.actor
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { MemoryFile.close(descriptor) } }
        for file in request.files { descriptors.append(try MemoryFile.make(file.bytes)) }
        let body = try line.coding.encode(TravellingRequest(request, route))
        let answer = try await line.call(head, body: body, descriptors: descriptors, within: Self.patience)
        var download: [UInt8] = []
        for (index, descriptor) in answer.descriptors.enumerated() {
            if index == 0 { download = try FileStore.content(of: descriptor, "download", most: Self.mostDownload) } else { MemoryFile.close(descriptor) }
        }
        let travelling = try answer.read(TravellingReply.self, of: "page")
        guard let reply = travelling.reply(download: download, place: files.path(named:)) else {
            throw Refusal.plugAnswer("page")
        }
        return reply
    }

    package func todos(_ actor: Actor) async throws -> [TodoItem] {
        try await line.call(head("todos", actor), within: Self.brief).read([TodoItem].self, of: "todos")
    }

    package func homeBlocks(_ base: String) async throws -> [(order: Int, html: HTML)] {
        var head = head("home", .visitor)
        head.key = base
        let blocks = try await line.call(head, within: Self.brief).read([TravellingBlock].self, of: "home")
        return blocks.map { ($0.order, HTML(uncheckedMarkup: $0.html)) }
    }

    package func search(_ text: String, _ actor: Actor) async throws -> [SearchResult] {
        var head = head("search", actor)
        head.key = text
        return try await line.call(head, within: Self.brief).read([SearchResult].self, of: "search")
    }

    package func attachment(_ digest: String, _ actor: Actor) throws -> Attachment? {
        var head = head("attachment", actor)
        head.key = digest
        return try line.wait(head, within: Self.brief).read([Attachment].self, of: "attachment").first
    }

    package func keeps(_ digest: String) throws -> Bool {
        var head = head("keeps", .system("files"))
        head.key = digest
        guard let keeps = try line.wait(head, within: Self.patience).head.keyed else { throw Refusal.plugAnswer("keeps") }
        return keeps
    }

    private func head(_ verb: String, _ actor: Actor) -> FrameHead {
        var head = FrameHead.call(verb)
        head.actor = actor
        return head
    }
}

/// What a search found, over every enabled plug-in.
public struct SearchResults: Component, Sendable {
    public struct Hit: Sendable {
        public var title: String
        public var address: String
        /// What kind of thing it is: 平台节点.
        public var kind: String
        /// Text around the match, in pieces; those that match are marked.
        public var excerpt: [(text: String, isMatch: Bool)]

        public init(_ title: String, href address: String, kind: String, excerpt: [(text: String, isMatch: Bool)] = [])
        {
            self.title = title
            self.address = address
            self.kind = kind
            self.excerpt = excerpt
        }
    }

    /// What was looked for.
    public var text: String
    public var hits: [Hit]

    public init(_ text: String, _ hits: [Hit]) {
        self.text = text
        self.hits = hits
    }

    public var html: HTML {
        HTML {
            if hits.isEmpty {
                EmptyState("没有找到与“\(text)”有关的内容", hint: "可以换一个说法，或只输入名称中的两三个字。")
            } else {
                ol(.class("results"), .role("list")) { for hit in hits { item(hit) } }
            }
        }
    }

    private func item(_ hit: Hit) -> HTML {
        li(.class("result")) {
            p(hit.kind, .class("result-kind"))
            h2 { a(hit.title, href: hit.address) }
            if !hit.excerpt.isEmpty {
                p { for piece in hit.excerpt { if piece.isMatch { mark(piece.text) } else { piece.text } } }
            }
        }
    }
}

/// Documents to open, each with its kind and size.
public struct FileList: Component, Sendable {
    public struct File: Sendable {
        public var name: String
        public var address: String
        public var bytes: Int64
        public var kind: String?

        public init(_ name: String, href address: String, bytes: Int64, kind: String? = nil) {
            self.name = name
            self.address = address
            self.bytes = bytes
            self.kind = kind
        }
    }

    public var files: [File]

    public init(_ files: [File]) { self.files = files }

    public var html: HTML {
        ul(.class("files"), .role("list")) {
            for file in files {
                li {
                    a(file.name, href: file.address)
                    span(
                        [file.kind, Format.size(bytes: file.bytes)].compactMap { $0 }.joined(separator: "，"),
                        .class("muted"))
                }
            }
        }
    }
}

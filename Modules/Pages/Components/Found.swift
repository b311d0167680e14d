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

/// One trait of what was found, each of its values with how many have it. Choosing a value narrows the list; choosing it again widens it.
public struct FacetLine: Component, Sendable {
    public struct Value: Sendable {
        public var title: String
        public var count: Int
        /// Where the list is with this value, or without it where it is chosen.
        public var address: String
        public var isChosen: Bool

        public init(_ title: String, _ count: Int, href address: String, isChosen: Bool) {
            self.title = title
            self.count = count
            self.address = address
            self.isChosen = isChosen
        }
    }

    public var title: String
    public var values: [Value]

    public init(_ title: String, _ values: [Value]) {
        self.title = title
        self.values = values
    }

    public var html: HTML {
        div(.class("facet"), Attribute("role", "group"), .ariaLabel(title)) {
            span(title, .class("facet-title"))
            ul(.role("list")) {
                for value in values {
                    li {
                        a(
                            "\(value.title) \(Format.count(value.count))" + (value.isChosen ? " ✕" : ""), href: value.address,
                            value.isChosen ? .currentPage : .none)
                    }
                }
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

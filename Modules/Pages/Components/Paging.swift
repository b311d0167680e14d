public import Messages

/// Which rows of a list a request wants: 20 a page, `?page=` counted from 1; nonsense is page 1, beyond the end the last.
public struct Paging: Sendable {
    public let total: Int
    public let page: Int
    public let size: Int

    public init(_ request: PageRequest, total: Int, size: Int = 20) {
        self.init(page: request.fields["page"].flatMap { Int($0) } ?? 1, total: total, size: size)
    }

    public init(page: Int, total: Int, size: Int = 20) {
        self.total = max(total, 0)
        self.size = max(size, 1)
        self.page = min(max(page, 1), max((self.total + self.size - 1) / self.size, 1))
    }

    public var pages: Int { max((total + size - 1) / size, 1) }
    /// For SQL's `OFFSET`.
    public var offset: Int { (page - 1) * size }
    /// For SQL's `LIMIT`.
    public var limit: Int { size }
}

/// The count of results and links to their pages; every filter stays in the address.
public struct Pagination: Component, Sendable {
    public var paging: Paging
    public var request: PageRequest

    public init(_ paging: Paging, of request: PageRequest) {
        self.paging = paging
        self.request = request
    }

    public var html: HTML {
        // Where nothing was found the list itself says so.
        guard paging.total > 0 else { return HTML() }
        return nav(.class("pagination"), .ariaLabel("分页")) {
            p(summary, .class("pagination-count"))
            if paging.pages > 1 {
                ul {
                    if paging.page > 1 { li { a("上一页", href: address(paging.page - 1), .rel("prev")) } }
                    for number in numbers {
                        if let number { li { link(number) } } else { li("…", .class("gap")) }
                    }
                    if paging.page < paging.pages { li { a("下一页", href: address(paging.page + 1), .rel("next")) } }
                }
            }
        }
    }

    private var summary: String {
        let last = min(paging.offset + paging.size, paging.total)
        return "共 \(Format.count(paging.total)) 条，本页第 \(Format.count(paging.offset + 1))–\(Format.count(last)) 条"
    }

    private func address(_ page: Int) -> String { request.link(setting: "page", to: String(page)) }

    private func link(_ number: Int) -> HTML {
        a(
            .href(address(number)), .ariaLabel("第 \(number) 页"), number == paging.page ? .currentPage : .none
        ) { String(number) }
    }

    /// First, last, and the neighbours of the current page; `nil` where some are left out.
    private var numbers: [Int?] {
        var numbers: [Int?] = []
        let near = max(paging.page - 2, 1)...min(paging.page + 2, paging.pages)
        for number in Set([1, paging.pages] + near).sorted() {
            if let last = numbers.last, let last, number > last + 1 {
                numbers.append(number == last + 2 ? number - 1 : nil)
            }
            numbers.append(number)
        }
        return numbers
    }
}

/// The count of results and the way on, for a list that is read on from a place and not by page numbers; filters stay in the address.
public struct Continuation: Component, Sendable {
    /// All that match, where they were counted.
    public var total: Int?
    /// The place to go on from; `nil` at the end.
    public var next: Cursor?
    public var request: PageRequest

    public init(total: Int?, next: Cursor?, of request: PageRequest) {
        self.total = total
        self.next = next
        self.request = request
    }

    public var html: HTML {
        let isFirst = request.fields["after"] == nil
        return nav(.class("pagination"), .ariaLabel("分页")) {
            if let total { p("共 \(Format.count(total)) 条", .class("pagination-count")) }
            if !isFirst || next != nil {
                ul {
                    if !isFirst { li { a("回到开头", href: request.link(setting: "after", to: nil)) } }
                    if let next { li { a("下一页", href: request.link(setting: "after", to: next.description), .rel("next")) } }
                }
            }
        }
    }
}

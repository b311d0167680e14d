public import Messages
public import Vocabulary

/// What a page handler is given: who asks, where, with what. Values come percent-decoded, strict UTF-8, NFC.
public struct PageRequest: Sendable {
    /// The site's identifier, its name and its brand.
    public var site: SiteCard
    /// The plug-in's own prefix, `/{site}/{plugin}`; every link of a plug-in starts with it.
    public var base: String
    /// The whole path as asked.
    public var path: String
    /// Values of `{name}` in the page's pattern.
    public var parameters: [String: String]
    /// Query string and, for a POST, form fields; a name may stand several times.
    public var fields: FormFields
    /// Files of a multipart form.
    public var files: [UploadedFile]
    public var actor: Actor
    /// The envelope's id: also the idempotency key of a form (hidden field `_id`), so that a second click does nothing twice.
    public var id: MessageID
    public var now: Timestamp
    /// The hidden field `_csrf` of every form.
    public var csrfToken: String
    /// The host's own address on the network, `https://name[:port]`: for addresses that leave the browser, such as in a QR code.
    public var origin = "https://localhost"

    public init(
        site: SiteCard, base: String, path: String, parameters: [String: String] = [:],
        fields: FormFields = FormFields(),
        files: [UploadedFile] = [], actor: Actor, id: MessageID, now: Timestamp, csrfToken: String = ""
    ) {
        self.site = site
        self.base = base
        self.path = path
        self.parameters = parameters
        self.fields = fields
        self.files = files
        self.actor = actor
        self.id = id
        self.now = now
        self.csrfToken = csrfToken
    }
}

/// What a page says of the site it stands on.
public struct SiteCard: Sendable, Hashable {
    public var id: String
    /// 湖南省中小企业公共服务平台
    public var title: String
    /// A line under the title: 湖南省 · 省级枢纽平台
    public var subtitle: String?
    /// The service hotline of the header, digits only; `nil`: none is shown.
    public var hotline: String?
    public var region: RegionCode?
    /// 主办单位, 联系方式, 备案号 of the footer.
    public var footer: [String]
    /// The site's accent colour, `#rrggbb`; checked for contrast at start.
    public var accent: String
    /// Everything here is invented, for partners to try their programs; said on every page.
    public var isSandbox = false

    public init(
        id: String, title: String, subtitle: String? = nil, hotline: String? = "96871", region: RegionCode? = nil,
        footer: [String] = [], accent: String = "#1d4f91"
    ) {
        self.id = id
        self.title = title
        self.subtitle = subtitle
        self.hotline = hotline
        self.region = region
        self.footer = footer
        self.accent = accent
    }
}

/// Names and values of a form or a query string, in order.
public struct FormFields: Sendable {
    public var pairs: [(name: String, value: String)]

    public init(_ pairs: [(name: String, value: String)] = []) { self.pairs = pairs }

    /// The first value, trimmed; `nil` when missing or empty.
    public subscript(_ name: String) -> String? {
        guard let value = pairs.first(where: { $0.name == name })?.value else { return nil }
        let trimmed = value.drop(while: \.isWhitespace)
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        return String(trimmed[...last])
    }

    public func all(_ name: String) -> [String] { pairs.filter { $0.name == name }.map(\.value) }
}

/// A file of a multipart form; its name is only a label and never a path.
public struct UploadedFile: Sendable {
    public var field: String
    public var name: String
    public var type: String
    public var bytes: [UInt8]

    public init(field: String, name: String, type: String, bytes: [UInt8]) {
        self.field = field
        self.name = name
        self.type = type
        self.bytes = bytes
    }
}

/// What a page handler gives back.
public enum PageReply: Sendable {
    case page(Page)
    /// After a POST: 303 to a path of this site, with a one-time notice.
    case redirect(to: String, notice: String? = nil)
    /// A table to download; the gateway writes UTF-8 with BOM and defuses formulas (leading = + - @).
    case csv(name: String, rows: [[String]])
    /// Any other file made for this answer.
    case download(name: String, type: String, bytes: [UInt8])
    /// A part of a page as it is now, for `LivePart`: one server-sent event, after which the browser asks again.
    case live(HTML)
    /// What a public interface answers in the form of its standard; only for routes registered with `interface`.
    case answer(status: Int, type: String, bytes: [UInt8])
    /// An attachment from the site's content-addressed files.
    case file(path: String, length: Int64, name: String, type: String)
}

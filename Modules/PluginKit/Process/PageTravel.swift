import Messages
import Pages
import Vocabulary

/// A page request on its way to a plug-in's process. Its files travel as descriptors, in the same order.
struct TravellingRequest: Codable, Sendable {
    var method: String
    var pattern: String
    var site: Site
    var base: String
    var path: String
    var parameters: [String: String]
    /// Names and values, in order.
    var fields: [[String]]
    var files: [File]
    var id: MessageID
    var now: Timestamp
    var csrfToken: String
    var origin: String?

    struct Site: Codable, Sendable {
        var id: String
        var title: String
        var subtitle: String?
        var hotline: String?
        var region: RegionCode?
        var footer: [String]
        var accent: String
        var isSandbox: Bool
    }

    struct File: Codable, Sendable {
        var field: String
        var name: String
        var type: String
        var size: Int
    }

    init(_ request: PageRequest, _ route: RouteShape) {
        method = route.method
        pattern = route.pattern
        let card = request.site
        site = Site(
            id: card.id, title: card.title, subtitle: card.subtitle, hotline: card.hotline, region: card.region, footer: card.footer,
            accent: card.accent, isSandbox: card.isSandbox)
        base = request.base
        path = request.path
        parameters = request.parameters
        fields = request.fields.pairs.map { [$0.name, $0.value] }
        files = request.files.map { File(field: $0.field, name: $0.name, type: $0.type, size: $0.bytes.count) }
        id = request.id
        now = request.now
        csrfToken = request.csrfToken
        origin = request.origin
    }

    var card: SiteCard {
        var card = SiteCard(
            id: site.id, title: site.title, subtitle: site.subtitle, hotline: site.hotline, region: site.region, footer: site.footer,
            accent: site.accent)
        card.isSandbox = site.isSandbox
        return card
    }

    /// - Parameter contents: of the files, in their order.
    func request(_ actor: Actor, contents: [[UInt8]]) -> PageRequest {
        var request = PageRequest(
            site: card, base: base, path: path, parameters: parameters,
            fields: FormFields(fields.filter { $0.count == 2 }.map { ($0[0], $0[1]) }),
            files: zip(files, contents).map { UploadedFile(field: $0.field, name: $0.name, type: $0.type, bytes: $1) }, actor: actor, id: id,
            now: now, csrfToken: csrfToken)
        if let origin { request.origin = origin }
        return request
    }
}

/// What a page answered, on its way back. A download travels as a descriptor.
struct TravellingReply: Codable, Sendable {
    var page: Document?
    var redirect: Redirect?
    var csv: Table?
    var download: Named?
    var file: Stored?
    /// Markup of a page's part.
    var live: String?
    /// Of a public interface; its bytes travel as a download's.
    var answer: Answer?

    struct Answer: Codable, Sendable {
        var status: Int
        var type: String
    }

    struct Document: Codable, Sendable {
        var status: Int
        var title: String
        var trail: [[String]]
        var caption: String?
        var state: String?
        var tone: String?
        var lead: String?
        /// What comes next and what can be done: markup.
        var nextStep: String?
        var actions: String?
        var layout: String
        var content: String
        /// Seconds after which the browser asks again.
        var refresh: Int64?
        var refreshesWithoutScript: Bool?
        var assets: [String]?
        var usesCamera: Bool?
    }

    struct Redirect: Codable, Sendable {
        var to: String
        var notice: String?
    }

    struct Table: Codable, Sendable {
        var name: String
        var rows: [[String]]
    }

    struct Named: Codable, Sendable {
        var name: String
        var type: String
    }

    struct Stored: Codable, Sendable {
        var path: String
        var length: Int64
        var name: String
        var type: String
    }

    /// - Returns: the reply without the bytes of a download, and those bytes.
    static func make(_ reply: PageReply) -> (reply: TravellingReply, download: [UInt8]?) {
        var travelling = TravellingReply()
        switch reply {
        case .page(let page):
            travelling.page = Document(
                status: page.status, title: page.title, trail: page.trail.map { [$0.title, $0.path] }, caption: page.header?.caption,
                state: page.header?.state?.text, tone: page.header?.state?.tone.rawValue,
                lead: page.header?.lead, nextStep: page.header?.nextStep?.description,
                actions: page.header?.actions?.description, layout: page.layout.rawValue,
                content: page.content.description, refresh: page.refresh?.components.seconds,
                refreshesWithoutScript: page.refreshesWithoutScript ? true : nil, assets: page.assets.isEmpty ? nil : page.assets,
                usesCamera: page.usesCamera ? true : nil)
        case .redirect(let to, let notice): travelling.redirect = Redirect(to: to, notice: notice)
        case .csv(let name, let rows): travelling.csv = Table(name: name, rows: rows)
        case .download(let name, let type, let bytes):
            travelling.download = Named(name: name, type: type)
            return (travelling, bytes)
        case .live(let part): travelling.live = part.description
        case .answer(let status, let type, let bytes):
            travelling.answer = Answer(status: status, type: type)
            return (travelling, bytes)
        case .file(let path, let length, let name, let type):
            travelling.file = Stored(path: path, length: length, name: name, type: type)
        }
        return (travelling, nil)
    }

    /// - Parameters:
    ///   - download: its bytes.
    ///   - place: where a file stands that the reply names.
    func reply(download bytes: [UInt8], place: (String) -> String?) -> PageReply? {
        if let page {
            var shown = Page(
                status: (200...599).contains(page.status) ? page.status : 200, title: page.title,
                trail: page.trail.filter { $0.count == 2 }.map { ($0[0], $0[1]) }, layout: Page.Layout(rawValue: page.layout) ?? .standard,
                content: HTML(uncheckedMarkup: page.content))
            if page.caption != nil || page.state != nil || page.lead != nil || page.nextStep != nil || page.actions != nil {
                let state = page.state.map { StateBadge($0, page.tone.flatMap { Tone(rawValue: $0) } ?? .neutral) }
                var header = PageHeader(caption: page.caption, state: state, lead: page.lead)
                header.nextStep = page.nextStep.map { HTML(uncheckedMarkup: $0) }
                header.actions = page.actions.map { HTML(uncheckedMarkup: $0) }
                shown.header = header
            }
            shown.refresh = page.refresh.map { .seconds($0) }
            shown.assets = page.assets ?? []
            shown.usesCamera = page.usesCamera ?? false
            shown.refreshesWithoutScript = page.refreshesWithoutScript ?? false
            return .page(shown)
        }
        if let redirect { return .redirect(to: redirect.to, notice: redirect.notice) }
        if let csv { return .csv(name: csv.name, rows: csv.rows) }
        if let download { return .download(name: download.name, type: download.type, bytes: bytes) }
        if let live { return .live(HTML(uncheckedMarkup: live)) }
        if let answer { return .answer(status: (200...599).contains(answer.status) ? answer.status : 500, type: answer.type, bytes: bytes) }
        if let file, let path = place(file.path) {
            return .file(path: path, length: file.length, name: file.name, type: file.type)
        }
        return nil
    }
}

/// A block of the home page on its way.
struct TravellingBlock: Codable, Sendable {
    var order: Int
    var html: String
}

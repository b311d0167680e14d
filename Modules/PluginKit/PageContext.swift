public import Bus
public import Messages
public import Pages
public import Store
public import Vocabulary

/// What a page may do: ask and tell as the person before it, keep files, read its own plug-in's log.
public struct PageContext: Sendable {
    public let bus: SiteBus
    /// Attachments of the site, by content.
    public let files: FileStore
    /// `nil` in the host, where the plug-in runs in its own process and makes a context of its own there.
    let plug: Plug?
    let eventTitles: [WireName: String]
    let actor: Actor
    let id: MessageID
    private let names: @Sendable (String) -> String?

    /// - Parameter names: the name behind a person's identifier, where the site knows it.
    package init(
        bus: SiteBus, files: FileStore, plug: Plug?, eventTitles: [WireName: String], actor: Actor, id: MessageID,
        names: @escaping @Sendable (String) -> String?
    ) {
        self.bus = bus
        self.files = files
        self.plug = plug
        self.eventTitles = eventTitles
        self.actor = actor
        self.id = id
        self.names = names
    }

    /// Tells a command as the person asking; the form's hidden id makes a second click harmless.
    ///
    /// - Parameter step: counts the commands of one form from zero, where it tells several.
    public func tell<C: Command>(_ command: C, step: UInt64 = 0) async throws -> C.Reply {
        try await bus.tell(command, as: actor, id: MessageID(high: id.high, low: id.low ^ step))
    }

    /// Asks one of the plug-in's own queries as the person before the page.
    public func ask<Q: Query>(_ query: Q) throws -> Q.Reply { try bus.ask(query, as: actor) }

    /// Asks another plug-in, wherever it runs, as the person before the page; declared with `asks`.
    public func ask<Q: Query>(across query: Q) async throws -> Q.Reply { try await bus.ask(across: query, as: actor) }

    /// Keeps an uploaded file and names it by its content; type and size are checked.
    public func keep(_ file: UploadedFile) throws -> Attachment {
        try files.keep(file.bytes, name: file.name)
    }

    /// The story of one subject of this plug-in, oldest first.
    public func timeline(subject: String) throws -> [Happening] {
        guard let plug else { return [] }
        let entries = try plug.file.read { try $0.log(subject: subject, limit: 500) }
        var known: [String: String] = [actor.id: actor.name]
        return entries.map { entry in
            Happening(
                title: eventTitles[entry.type] ?? entry.type.description, time: entry.time, actor: name(of: entry.actor, &known), correlation: entry.correlation,
                payload: entry.payload, type: entry.type, plug: plug)
        }
    }

    private func name(of actor: Actor, _ known: inout [String: String]) -> String {
        guard actor.kind == .person, actor.name.isEmpty else { return actor.name }
        if let name = known[actor.id] { return name }
        let name = names(actor.id) ?? "已注销人员"
        known[actor.id] = name
        return name
    }
}

/// One event of a subject's story.
public struct Happening: Sendable {
    public let title: String
    public let time: Timestamp
    public let actor: String
    /// The story it belongs to.
    public let correlation: MessageID
    public let payload: [UInt8]
    public let type: WireName
    let plug: Plug

    /// The event itself, when it is of that type; erased personal values come back as such.
    public func event<E: Event>(_ type: E.Type) -> E? {
        self.type == E.name ? try? plug.decode(E.self, from: payload) : nil
    }
}

extension PageRequest {
    /// The way from a subject's page to its whole story over plug-ins; nothing for whoever is not signed in.
    public func storyLink(_ happenings: [Happening]) -> HTML {
        guard actor.kind != .visitor, let first = happenings.first else { return HTML() }
        return p(.class("actions")) { a("跨业务全程记录", href: "/\(site.id)/stories/\(first.correlation)") }
    }
}

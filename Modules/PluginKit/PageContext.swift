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
    let plug: Plug
    let eventTitles: [WireName: String]
    let actor: Actor
    let id: MessageID

    package init(bus: SiteBus, files: FileStore, plug: Plug, eventTitles: [WireName: String], actor: Actor, id: MessageID) {
        self.bus = bus
        self.files = files
        self.plug = plug
        self.eventTitles = eventTitles
        self.actor = actor
        self.id = id
    }

    /// Tells a command as the person asking; the form's hidden id makes a second click harmless.
    ///
    /// - Parameter step: counts the commands of one form from zero, where it tells several.
    public func tell<C: Command>(_ command: C, step: UInt64 = 0) async throws -> C.Reply {
        try await bus.tell(command, as: actor, id: MessageID(high: id.high, low: id.low ^ step))
    }

    /// Asks as the person before the page.
    public func ask<Q: Query>(_ query: Q) throws -> Q.Reply { try bus.ask(query, as: actor) }

    /// Keeps an uploaded file and names it by its content; type and size are checked.
    public func keep(_ file: UploadedFile) throws -> Attachment {
        try files.keep(file.bytes, name: file.name)
    }

    /// The story of one subject of this plug-in, oldest first.
    public func timeline(subject: String) throws -> [Happening] {
        try plug.file.read { try $0.log(subject: subject, limit: 500) }.map { entry in
            Happening(
                title: eventTitles[entry.type] ?? entry.type.description, time: entry.time, actor: entry.actor.name,
                payload: entry.payload, type: entry.type)
        }
    }
}

/// One event of a subject's story.
public struct Happening: Sendable {
    public let title: String
    public let time: Timestamp
    public let actor: String
    public let payload: [UInt8]
    public let type: WireName

    /// The event itself, when it is of that type.
    public func event<E: Event>(_ type: E.Type) -> E? {
        self.type == E.name ? try? JSON.decode(E.self, from: payload) : nil
    }
}

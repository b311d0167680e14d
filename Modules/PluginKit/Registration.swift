public import Bus
public import Messages
public import Pages
public import Store
public import Vocabulary

/// What a plug-in says of itself at one site. Handlers inside a transaction are synchronous by type: they cannot wait.
///
/// - State: `migrations`, `privacy` or `holdsNoPersonalData`
/// - Messages: `handle`, `answer`, `react`, `perform`, `every`, `announces`, `sends`
/// - Files of rows: `takes`
/// - Partners and programs: `expose`, `receive`, `interface`, `refusals`, `attachments`
/// - People: `page`, `post`, `asset`, `navigation`, `todo`, `homeBlock`, `search`, `story`
public struct Registration<Settings: Sendable>: Sendable {
    public let settings: Settings
    /// Regions, industries, calendars and size rules, loaded once for the host.
    public let reference: ReferenceData
    public private(set) var blueprint: Blueprint

    init(manifest: Manifest, settings: Settings, reference: ReferenceData) {
        self.settings = settings
        self.reference = reference
        blueprint = Blueprint(manifest: manifest)
    }

    /// The plug-in's tables, numbered from 1 without gaps; a released one never changes.
    public mutating func migrations(_ migrations: [Migration]) { blueprint.wiring.migrations += migrations }

    /// Handles a command in the write transaction.
    public mutating func handle<C: Command>(
        _ type: C.Type, access: Access, _ body: @escaping @Sendable (C, Transaction) throws -> C.Reply
    ) {
        blueprint.wiring.commands.append(CommandHandler<C>(access: access, body))
        blueprint.stored.append((C.name, { max(PersonalUse.of(C.self) == .none ? .none : .sealable, PersonalUse.of(C.Reply.self)) }))
        blueprint.goesFar(C.self, reach: C.reach, discloses: C.discloses)
    }

    /// Answers a query on a read snapshot.
    ///
    /// - Parameter heavy: true for searches and reports that may take longer than a millisecond; they leave the event loop.
    public mutating func answer<Q: Query>(
        _ type: Q.Type, access: Access, heavy: Bool = false, _ body: @escaping @Sendable (Q, Snapshot) throws -> Q.Reply
    ) {
        blueprint.wiring.queries.append(QueryHandler<Q>(access: access, isHeavy: heavy, body))
        blueprint.stored.append((Q.name, { max(PersonalUse.of(Q.self), PersonalUse.of(Q.Reply.self)) == .none ? .none : .sealable }))
    }

    /// Reacts to another plug-in's event; the cursor moves in the same transaction.
    ///
    /// - Parameter origin: `.here` hears this site's own plug-ins; `.network` those of other sites, this plug-in's own kind included, as
    ///   far as the event's reach goes; `.everywhere` both. The site it comes from is `tx.envelope.site`; the order of a subject is kept
    ///   for each site. What another site says in a version that this plug-in does not know waits until it was upgraded.
    public mutating func react<E: Event>(
        to type: E.Type, from origin: Hearing = .here, _ body: @escaping @Sendable (E, Transaction) throws -> Void
    ) {
        blueprint.wiring.reactions.append(ReactionHandler<E>(from: origin, body))
        if origin != .here, E.reach == .local { blueprint.unheard.append(E.name) }
    }

    /// Hears what became of a command that this plug-in sends to other sites: done, refused there with a reason, or held because it
    /// cannot be delivered at present.
    public mutating func receipts<C: Command>(of type: C.Type, _ body: @escaping @Sendable (Receipt, Transaction) throws -> Void) {
        blueprint.wiring.receipts.append(ReceiptHandler(of: type, body))
    }

    /// Hears how a command goes on that this plug-in sent to another site (`Transaction.report` there): the note stands in it.
    public mutating func progress<C: Command>(of type: C.Type, _ body: @escaping @Sendable (SentCommand, Transaction) throws -> Void) {
        blueprint.wiring.progress.append(SentHandler(of: type, body))
    }

    /// Hears once, at most a minute late, that nobody answered a command in time that was sent to another site with a deadline. It stays on
    /// its way: an answer may still come.
    public mutating func overdue<C: Command>(of type: C.Type, _ body: @escaping @Sendable (SentCommand, Transaction) throws -> Void) {
        blueprint.wiring.overdue.append(SentHandler(of: type, body))
    }

    /// Does a durable job outside any transaction; retried with back-off until it returns.
    public mutating func perform<J: Job>(_ type: J.Type, _ body: @escaping @Sendable (J, JobContext) async throws -> Void) {
        blueprint.wiring.jobs.append(JobHandler<J>(body))
        blueprint.storedJobs.append((J.name, { PersonalUse.of(J.self) }))
    }

    /// Does something again and again, in a transaction of its own; the time is the transaction's.
    public mutating func every(
        _ interval: Duration, _ name: String, _ body: @escaping @Sendable (Transaction) throws -> Void
    ) {
        blueprint.wiring.timers.append(Wiring.Timer(every: interval, name: name, body: body))
    }

    /// How the plug-in answers a person who wants a copy of what is kept about them, or wants it erased.
    ///
    /// Sealed values (`Personal<…>` in events, jobs and replies, and columns written by `Transaction.seal`) go with the person's key;
    /// `erase` removes what lies elsewhere in the plug-in's tables and search index, or says why it must stay.
    /// - Source: 个人信息保护法 art. 45, 47
    public mutating func privacy(
        export: @escaping @Sendable (PersonID, Snapshot) throws -> [PersonalRecord],
        erase: @escaping @Sendable (PersonID, Transaction) throws -> Erasure
    ) {
        blueprint.wiring.privacy = PrivacyHandling(export: export, erase: erase)
        blueprint.statesPrivacy = true
    }

    /// States that the plug-in keeps nothing about persons. Believed only while none of its messages says otherwise.
    public mutating func holdsNoPersonalData() { blueprint.statesPrivacy = true }

    /// Declares an event that the plug-in announces, with the Chinese words for it in timelines.
    public mutating func announces<E: Event>(_ type: E.Type, titled title: String) {
        blueprint.wiring.announced.insert(E.name)
        blueprint.eventTitles[E.name] = title
        blueprint.events.append { .event(E.self) }
        blueprint.stored.append((E.name, { PersonalUse.of(E.self) }))
        if E.reach != .local { blueprint.wiring.reaches[E.name] = E.reach }
        blueprint.goesFar(E.self, reach: E.reach, discloses: E.discloses)
        blueprint.eventForms[E.name] = { json in (try E.rewrite(json), try JSON.decode(E.self, from: json).subject) }
    }

    /// Declares a command that the plug-in sends to another one; where the command's reach says so, also to other sites.
    public mutating func sends<C: Command>(_ type: C.Type) {
        blueprint.wiring.sent.insert(C.name)
        blueprint.stored.append((C.name, { PersonalUse.of(C.self) }))
        if C.reach != .local { blueprint.wiring.reaches[C.name] = C.reach }
        blueprint.goesFar(C.self, reach: C.reach, discloses: C.discloses)
    }

    /// Declares a query of another plug-in that this one asks with `ask(across:)`.
    public mutating func asks<Q: Query>(_ type: Q.Type) { blueprint.wiring.asked.insert(Q.name) }

    /// Puts a command on the API, `/api/{site}/{plugin}` + pattern; the body is the command as JSON, `{names}` are its members.
    ///
    /// - Parameters:
    ///   - title: what it does, in a few Chinese words.
    ///   - example: shown in the documentation; must be accepted by the schema.
    ///   - deprecated: needed as soon as a newer version of the message is exposed beside it.
    public mutating func expose<C: Command>(
        _ type: C.Type, as route: RouteShape, titled title: String, example: C? = nil, deprecated: Endpoint.Deprecation? = nil
    ) {
        add(type, .command, route, title, example, nil, deprecated)
    }

    /// Puts a command on the API that changes what one of the plug-in's queries shows: callers give the `ETag` of that answer as
    /// `If-Match`, and it is compared inside the command's transaction, so that no change of somebody else is overwritten unseen.
    public mutating func expose<C: Command, Q: Query>(
        _ type: C.Type, as route: RouteShape, titled title: String, changing resource: @escaping @Sendable (C) -> Q, example: C? = nil,
        deprecated: Endpoint.Deprecation? = nil
    ) {
        add(type, .command, route, title, example, DescribedResource(resource), deprecated)
    }

    /// Puts a query on the API; its members come from path and query string.
    public mutating func expose<Q: Query>(
        _ type: Q.Type, as route: RouteShape, titled title: String, example: Q? = nil, deprecated: Endpoint.Deprecation? = nil
    ) {
        add(type, .query, route, title, example, nil, deprecated)
    }

    /// Puts a command on the API that takes in what another system sends and signs by the Standard Webhooks convention. Body and the
    /// three `webhook-…` fields become its member `delivery` (`SignedDelivery`), `{names}` of the path its other members; the handler
    /// looks at the signature (`SignedDelivery.isSigned`) before anything else.
    ///
    /// - Parameter body: an example of what is sent; from its type comes what the documentation says.
    public mutating func receive<C: Command, Body: Codable & Sendable>(
        _ type: C.Type, as route: RouteShape, titled title: String, body: Body
    ) {
        add(type, .command, route, title, nil, nil, nil)
        let last = blueprint.endpoints.indices.last
        if let last, let example = try? JSONValue(encoding: body) {
            blueprint.endpoints[last].delivered = Endpoint.Delivered(schema: Schema.of(Body.self), example: example)
        }
    }

    private mutating func add<M: Message>(
        _ type: M.Type, _ kind: Endpoint.Kind, _ route: RouteShape, _ title: String, _ example: M?,
        _ resource: (any ResourceDescribing)?, _ deprecated: Endpoint.Deprecation?
    ) {
        blueprint.endpoints.append(
            Endpoint(
                route: route, message: M.name, kind: kind, title: title, example: example.flatMap { try? JSONValue(encoding: $0) },
                resource: resource, deprecation: deprecated))
    }

    /// Every refusal of the plug-in's own, for the API's documentation.
    public mutating func refusals(_ notes: [RefusalNote]) { blueprint.refusals += notes }

    /// Takes part in the site's files, `/api/{site}/files`.
    ///
    /// - Parameters:
    ///   - upload: who may hand in a file, to be named by its digest in a command afterwards.
    ///   - find: the attachment of that digest if the snapshot's actor may see it here; `nil` otherwise.
    ///   - keeps: whether any record of the plug-in's refers to that digest. What no plug-in keeps is swept after a while, so name
    ///     every place; the handler that attaches checks `tx.attachmentSize`.
    public mutating func attachments(
        upload: Access, find: @escaping @Sendable (_ digest: String, Snapshot) throws -> Attachment?,
        keeps: @escaping @Sendable (_ digest: String, Snapshot) throws -> Bool
    ) {
        blueprint.attachments = AttachmentRule(upload: upload, find: find, keeps: keeps)
    }

    mutating func add(_ door: ImportDoor) { blueprint.imports.append(door) }
    mutating func add(_ route: InterfaceRoute) { blueprint.interfaces.append(route) }

    /// A page at `/{site}/{plugin}` + pattern.
    ///
    /// - Parameter kept: states that what it shows a visitor comes from this plug-in's own file, the address and the clock's minute alone,
    ///   and that nothing happens by looking but counting: it is then rendered once for all visitors until something is committed. A page
    ///   with a form that posts is never kept.
    /// - Parameter again: called with the path's parameters each time a kept page is answered without `body` being run, on the connection's
    ///   own loop: it may add to a counter, nothing more. Body and `again` together are run once a look.
    public mutating func page(
        _ pattern: String, access: Access, kept: Bool = false, again: (@Sendable (_ parameters: [String: String]) -> Void)? = nil,
        _ body: @escaping @Sendable (PageRequest, PageContext) async throws -> PageReply
    ) {
        blueprint.pages.append(PageRoute(route: .get(pattern), access: access, isKept: kept, again: again, body: body))
    }

    /// What a form of a page posts to; answer with a redirect, or with the page again and its errors.
    public mutating func post(
        _ pattern: String, access: Access,
        _ body: @escaping @Sendable (PageRequest, PageContext) async throws -> PageReply
    ) {
        blueprint.pages.append(PageRoute(route: .post(pattern), access: access, body: body))
    }

    /// Brings a style sheet or an ES module of the plug-in's own, served under `/assets/`; a page names it in `Page.assets`.
    ///
    /// Only for plug-ins of this program, wherever they run: a script of a foreign one would act as whoever looks at its page.
    public mutating func asset(_ asset: Asset) { blueprint.assets.append(asset) }

    /// An entry of the site's navigation and of its home page, shown to whom the access rule admits.
    public mutating func navigation(
        _ title: String, _ path: String, note: String, icon: Icon, access: Access = .anyone
    ) {
        blueprint.navigation.append(NavigationEntry(title: title, path: path, access: access, note: note, icon: icon))
    }

    /// What waits for this person, shown on the first screen after sign-in.
    public mutating func todo(access: Access, _ body: @escaping @Sendable (Actor, Snapshot) throws -> [TodoItem]) {
        blueprint.todos.append(TodoSource(access: access, body: body))
    }

    /// A block of the site's home page; public, so without personal data.
    public mutating func homeBlock(order: Int, _ body: @escaping @Sendable (String, Snapshot) throws -> HTML) {
        blueprint.homeBlocks.append(HomeBlock(order: order, body: body))
    }

    /// Lets subjects of one kind stand in the story of a correlation, `/{site}/stories/{correlation}`, which goes over plug-ins.
    ///
    /// - Parameters:
    ///   - kind: the subject before its slash, `order`.
    ///   - pattern: of its page, with `{id}` for what stands behind the slash.
    ///   - body: the subject if the snapshot's actor may see it, by the same rule as its page; `nil` or a refusal otherwise.
    public mutating func story(
        of kind: String, at pattern: String, _ body: @escaping @Sendable (_ id: String, Snapshot) throws -> StorySubject?
    ) {
        blueprint.stories.append(StoryRule(kind: kind, pattern: pattern, body: body))
    }

    /// Takes part in the site's one search box.
    public mutating func search(
        access: Access, _ body: @escaping @Sendable (String, Snapshot) throws -> [SearchResult]
    ) {
        blueprint.searches.append(SearchSource(access: access, body: body))
    }
}

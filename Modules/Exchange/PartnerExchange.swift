public import Bus
public import Crypto
public import Messages
public import Store
import Synchronization
public import Vocabulary

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Everything that passes between one site and its partners: receipts, webhooks, event feed; in `data/<site>/_exchange.sqlite`.
public final class PartnerExchange: Sendable {
    /// What an operator may choose; the keys of `exchange` in `site.json5`.
    public struct Settings: Sendable, Hashable {
        public var signature = SignatureAlgorithm.es256
        public var receipts = ReceiptBook.Rules()
        /// Networks that webhooks may reach although they are not public.
        public var allowedNetworks: [AddressGuard.Network] = []
        /// PEM file of further authorities of receivers.
        public var authority: String?
        public var retries = RetrySchedule()
        /// How long a key signs receipts; the next one is published thirty days before and then takes over by itself.
        public var keyAge: Duration = .seconds(730 * 86_400)

        public init() {}

        /// How webhooks are sent with these settings.
        public var transport: WebhookTransport { .network(AddressGuard(allowing: allowedNetworks), authority: authority) }
    }

    public static let fileName = "_exchange.sqlite"
    public static let migrations: [Migration] = ExchangeMigrations.all

    /// Batches are wide rows.
    public static var options: StoreOptions {
        var options = StoreOptions()
        options.pageSize = 4096
        return options
    }

    /// What is in use.
    public var settings: Settings { figures.withLock { $0 } }
    private let figures: Mutex<Settings>
    public let receipts: ReceiptBook
    public let webhooks: Webhooks
    public let feed: EventFeed
    private let keys: ReceiptKeyHolder
    private let hasOwnTransport: Bool
    private let file: StoreFile
    private let work: Activity
    /// What ends the hearing of each log.
    private let hearings = Mutex<[@Sendable () -> Void]>([])

    /// Puts a site's exchange together; key and file are made when the first partner needs them.
    /// - Parameters:
    ///   - shelf: under which key the secrets of webhooks are sealed.
    ///   - transport: how webhooks are sent; `nil`: over the network.
    /// - Throws: a `Refusal` about a key file that is there, `StoreError` about a database that is there.
    public static func open(
        site: String, folder: String, file: StoreFile, shelf: SecretShelf, settings: Settings, transport: WebhookTransport? = nil, clock: TimeSource,
        ids: IDSource, log: BusLog
    ) throws -> PartnerExchange {
        let keys = ReceiptKeyHolder(folder: folder, algorithm: settings.signature)
        try keys.loadIfThere()
        let work = Activity()
        let book = ReceiptBook(site: site, folder: folder, keys: keys, file: file, rules: settings.receipts, clock: clock, ids: ids, log: log, work: work)
        let webhooks = Webhooks(
            site: site, file: file, shelf: shelf, book: book, manners: .init(schedule: settings.retries, transport: transport ?? settings.transport), clock: clock,
            ids: ids, log: log, work: work)
        if access(file.path, F_OK) == 0 {
            try webhooks.refresh()
            webhooks.sealPlain()
            try keys.loadAge(file)
        }
        try book.recover()
        return PartnerExchange(
            settings: settings, hasOwnTransport: transport == nil, keys: keys, receipts: book, webhooks: webhooks,
            feed: EventFeed(site: site, clock: clock, log: log, work: work), file: file, work: work)
    }

    private init(
        settings: Settings, hasOwnTransport: Bool, keys: ReceiptKeyHolder, receipts: ReceiptBook, webhooks: Webhooks, feed: EventFeed,
        file: StoreFile, work: Activity
    ) {
        figures = Mutex(settings)
        self.hasOwnTransport = hasOwnTransport
        self.keys = keys
        self.receipts = receipts
        self.webhooks = webhooks
        self.feed = feed
        self.file = file
        self.work = work
    }

    /// Hears these plug-ins' logs from now on, instead of those before, and asks this directory what partners may have.
    public func attach(to sources: [any EventLog], directory: ReceiverDirectory) {
        leaveLogs()
        webhooks.directory.withLock { $0 = directory }
        feed.directory.withLock { $0 = directory }
        webhooks.attach(sources)
        feed.attach(sources)
        let made = sources.map { source in
            source.onGrowth { [weak self] in
                self?.feed.wake()
                self?.webhooks.signal()
            }
        }
        hearings.withLock { $0 = made }
        feed.wake()
        webhooks.signal()
    }

    /// Keeps other figures from the next call and attempt on; not another kind of signature, which waits for a restart.
    public func adopt(_ wanted: Settings) {
        var wanted = wanted
        figures.withLock { figures in
            wanted.signature = figures.signature
            figures = wanted
        }
        receipts.adopt(wanted.receipts)
        webhooks.adopt(schedule: wanted.retries, transport: hasOwnTransport ? wanted.transport : nil)
    }

    /// When the key that signs receipts ends, where it does not renew itself; `nil` while all is well.
    public var signingKeyEnds: Timestamp? { keys.isStuck ? keys.since.map { $0.advanced(by: settings.keyAge) } : nil }

    /// What is due by the clock; the host calls it four times a second.
    public func tick() {
        receipts.tick()
        webhooks.tick()
        feed.tick()
        receipts.renewKey(after: settings.keyAge)
    }

    /// Waits until nothing is under way.
    public func settle() async { await work.quiet() }

    /// Ends waits and deliveries, waits for what is under way; before the file is closed.
    public func close() async {
        leaveLogs()
        webhooks.retire()
        feed.retire()
        receipts.tick()
        await work.quiet()
        receipts.leave()
    }

    private func leaveLogs() {
        let before = hearings.withLock { hearings -> [@Sendable () -> Void] in
            defer { hearings = [] }
            return hearings
        }
        for end in before { end() }
    }

    // MARK: - Reading

    /// The keys that sign or signed, oldest first.
    public func published() throws -> [PublishedKey] { try file.read { try PublishedKey.all(in: $0) } }

    /// The proof of a receipt of that client; of anyone where `client` is `nil`.
    /// - Throws: `exchange.receipt-pending` when there is none.
    public func proof(_ id: MessageID, of client: String?) throws -> ReceiptProof {
        guard let proof = try file.read({ try ReceiptProof.find(id, in: $0) }), client == nil || proof.call.client == client else {
            throw Refusal.receiptPending
        }
        return proof
    }

    /// The newest calls, newest first.
    public func latest(_ limit: Int, of client: String? = nil, since: Timestamp? = nil) throws -> [PartnerCall] {
        try file.read { try ReceiptAudit.latest(limit, of: client, since: since, in: $0) }
    }

    public func audit() throws -> ReceiptAudit.Verdict { try file.read { try ReceiptAudit.verify($0) } }
}

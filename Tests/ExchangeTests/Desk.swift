import Bus
import Crypto
import FoundationEssentials
import Messages
import Store
import Synchronization
import Vocabulary

@testable import Exchange

/// A site's exchange in a temporary folder in virtual time, with a plug-in's log beside it and a receiver that does as told.
final class ExchangeDesk: Sendable {
    static let organisation = CreditCode("91350100M000100Y43")
    static let opened: WireName = "notes.note-opened.v1"
    static let hidden: WireName = "notes.note-hidden.v1"

    static let key = [UInt8](repeating: 7, count: 32)

    /// One webhook as the receiver got it.
    struct Got: Sendable {
        var url: String
        var headers: [String: String]
        var body: [UInt8]
        var json: JSONValue { (try? JSONValue(parsing: body)) ?? .null }
    }

    let folder: String
    let clock: TimeSource
    let lanes = LanePool(threads: 1)
    let file: StoreFile
    let notes: StoreFile
    let exchange: PartnerExchange
    let ids: IDSource
    let plug: Plug
    private let directory: ReceiverDirectory

    init(
        pages: Int? = nil, settings: PartnerExchange.Settings = .init(), ahead: Int = 0, transport: WebhookTransport? = nil, folder: String? = nil
    ) async throws {
        var settings = settings
        settings.receipts.ahead = ahead
        self.folder = folder ?? FileManager.default.temporaryDirectory.path + "/shuniu-exchange-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
        let box = Box(Timestamp(milliseconds: 1_772_413_200_000))
        clock = TimeSource { box.now }
        self.box = box
        var options = PartnerExchange.options
        options.maximumPages = pages
        file = StoreFile(
            path: self.folder + "/" + PartnerExchange.fileName, migrations: PartnerExchange.migrations, lanes: lanes, options: options, clock: clock)
        notes = StoreFile(path: self.folder + "/notes.sqlite", migrations: [], lanes: lanes, clock: clock)
        ids = .system(clock)
        let sink = Sink()
        self.sink = sink
        let receiver = Receiver()
        self.receiver = receiver
        let log = BusLog { level, code, _, _ in sink.lines.withLock { $0.append("\(level.rawValue) \(code)") } }
        exchange = try PartnerExchange.open(
            site: "test", folder: self.folder, file: file, shelf: SecretShelf(key: Self.key), settings: settings,
            transport: transport ?? .fake { url, headers, body in try receiver.receive(Got(url: url, headers: headers, body: body)) }, clock: clock, ids: ids,
            log: log)
        var wiring = Wiring(plugin: "notes")
        wiring.announced = [Self.opened, Self.hidden]
        plug = Plug(site: "test", wiring: wiring, file: notes, clock: clock, ids: ids, log: log)
        let suspended = receiver.isSuspended
        directory = ReceiverDirectory { client in
            guard !suspended.value, client != "nobody", let organisation = Self.organisation else { return nil }
            return ReceiverTerms(client: client, name: "演示·\(client)", organisation: organisation, contract: 3, events: [Self.opened]) { _, data in
                var data = data
                data["secret"] = nil
                return data
            }
        }
        attach([plug])
    }

    /// From now on the exchange hears these logs.
    func attach(_ sources: [any EventLog]) { exchange.attach(to: sources, directory: directory) }

    final class Box: Sendable {
        private let moment: Mutex<Timestamp>
        init(_ start: Timestamp) { moment = Mutex(start) }
        var now: Timestamp { moment.withLock { $0 } }
        func advance(_ duration: Duration) { moment.withLock { $0 = $0.advanced(by: duration) } }
    }

    final class Flag: Sendable {
        private let flag = Mutex(false)
        var value: Bool {
            get { flag.withLock { $0 } }
            set { flag.withLock { $0 = newValue } }
        }
    }

    final class Sink: Sendable { let lines = Mutex<[String]>([]) }

    final class Receiver: Sendable {
        let got = Mutex<[Got]>([])
        let answer = Mutex<@Sendable (Got) throws -> WebhookAnswer>({ _ in WebhookAnswer(status: 200) })
        let isSuspended = Flag()
        func receive(_ one: Got) throws -> WebhookAnswer {
            got.withLock { $0.append(one) }
            return try answer.withLock { $0 }(one)
        }
    }

    let box: Box
    let sink: Sink
    let receiver: Receiver

    deinit {
        let (exchange, file, notes, lanes, folder) = (exchange, file, notes, lanes, folder)
        Task {
            await exchange.close()
            file.close()
            notes.close()
            lanes.shutdown()
            try? FileManager.default.removeItem(atPath: folder)
        }
    }

    var lines: [String] { sink.lines.withLock { $0 } }
    var got: [Got] { receiver.got.withLock { $0 } }
    func answers(_ body: @escaping @Sendable (Got) throws -> WebhookAnswer) { receiver.answer.withLock { $0 = body } }

    /// Moves the clock, then does what is due.
    func advance(_ duration: Duration) async {
        box.advance(duration)
        exchange.tick()
        await exchange.settle()
    }

    /// Something happens in the plug-in.
    @discardableResult
    func happen(_ type: WireName = opened, subject: String? = "note/1", _ data: JSONValue = ["text": "a", "secret": "s"]) async throws -> MessageID {
        let (id, now) = (ids.next(), clock.now)
        try await notes.write { writer in
            _ = try writer.append(
                LogDraft(
                    id: id, type: type, subject: subject, time: now, actor: .system("notes"), correlation: id, payload: data.serialized()))
        }
        await exchange.settle()
        return id
    }

    func call(_ client: String = "bank", status: Int = 200) throws -> PartnerCall {
        guard let organisation = Self.organisation else { throw Refusal.notFound }
        return PartnerCall(
            id: MessageID(high: 0, low: 0), time: clock.now, site: "test", client: client, organisation: organisation, contract: 3,
            message: "notes.find-notes.v1", requestDigest: PartnerCall.requestDigest(method: "GET", target: "/api/test/notes", body: []),
            answerDigest: Digest.sha256.of(Array("{}".utf8)).hexadecimal, status: status)
    }

    /// Records a call and waits for its receipt's number, which comes when the answer may leave.
    func record(_ call: PartnerCall) async -> MessageID {
        await withCheckedContinuation { continuation in exchange.receipts.record(call) { continuation.resume(returning: $0) } }
    }
}

public import Messages
public import Store
import Vocabulary

/// A command of another site that was obeyed here, kept by the plug-in so that it can say later how the matter goes on.
public struct ObeyedCommand: Codable, Sendable, Hashable {
    public var id: MessageID
    /// The site that sent it, and the plug-in there.
    public var site: String
    public var plugin: String
    public var subject: String
}

/// Hears of one type of command that this plug-in sent to other sites: how it goes on, or that its deadline passed.
public final class SentHandler: Sendable {
    public let name: WireName
    let body: @Sendable (SentCommand, Transaction) throws -> Void

    public init<C: Command>(of type: C.Type, _ body: @escaping @Sendable (SentCommand, Transaction) throws -> Void) {
        name = C.name
        self.body = body
    }
}

extension Transaction {
    /// The command of another site that is handled in this transaction; `nil`: it comes from this site, or is no command.
    public var obeyed: ObeyedCommand? {
        guard isFromOutside, let subject = envelope.subject, let plugin = envelope.source.split(separator: "/").last else { return nil }
        return ObeyedCommand(id: envelope.id, site: envelope.site, plugin: String(plugin), subject: subject)
    }

    /// Tells whoever sent a command how it goes on, as part of this transaction; the last note stands beside the command there
    /// (`SentCommand.note`), and its plug-in hears it (`Registration.progress`).
    ///
    /// - Parameters:
    ///   - note: 1…500 characters, no personal data: it is shown at the other site.
    ///   - percent: how much is done, 0…100; `nil`: not said.
    /// - Throws: a `Refusal` `bus.progress` where note or percent is out of range.
    public func report(_ note: String, percent: Int? = nil, on command: ObeyedCommand) throws {
        guard (1...500).contains(note.count) else {
            throw Refusal.progress("note", String(note.prefix(40)), "进展说明须为 1 至 500 个字，现为 \(note.count) 个，请缩短或补充。")
        }
        if let percent, !(0...100).contains(percent) { throw Refusal.progress("percent", "\(percent)", "完成比例须为 0 至 100，请改正。") }
        var receipt = CommandReceipt(command: command.id, state: .waiting)
        (receipt.note, receipt.percent) = (note, percent)
        // Said by the plug-in, like every receipt.
        try store.append(
            LogDraft(
                id: plug.ids.next(), type: CommandReceipt.name, subject: command.subject, time: now, actor: .system(plug.id), correlation: correlation,
                causation: command.id, target: "\(command.site)/\(command.plugin)", reach: .network, payload: try JSON.encode(receipt)))
    }
}

extension Wiring {
    /// How often it is looked whether deadlines of commands passed.
    static let deadlinePause: Duration = .seconds(60)

    /// Tells a plug-in which of its commands nobody answered in time: of each once, each by itself. One that the plug-in fails at is told
    /// again the next time and keeps nobody from the others.
    var deadlines: Timer? {
        guard !overdue.isEmpty else { return nil }
        return Timer(every: Self.deadlinePause, name: "commands past their deadline") { [overdue] tx in
            var failures: [(command: MessageID, error: any Error)] = []
            for sent in try tx.store.sentPastDeadline(at: tx.now, limit: 500) {
                tx.effects.story = nil
                do {
                    try tx.store.attempt {
                        try tx.store.noteLate(sent.id, at: tx.now)
                        try overdue.first { $0.name == sent.type }?.body(sent, tx)
                    }
                } catch let error as StoreError where !error.leavesTransaction {
                    throw error
                } catch {
                    failures.append((sent.id, error))
                }
            }
            guard let first = failures.first else { return }
            tx.plug.log(
                .error, "overdue-failed", Parking.describe(first.error), ("site", tx.plug.site), ("plugin", tx.plug.id), ("command", "\(first.command)"),
                ("count", "\(failures.count)"))
        }
    }
}

extension StoreError {
    /// Whether only the statement failed; after anything else SQLite may have ended the whole transaction.
    fileprivate var leavesTransaction: Bool {
        switch self {
        case .constraint, .column, .notAllowed: true
        // SQLITE_ERROR, as of a table that is not there.
        case .sql(let code, _, _): code & 0xff == 1
        default: false
        }
    }
}

extension Refusal {
    static func progress(_ field: String, _ value: String, _ message: String) -> Refusal {
        Refusal("bus.progress", status: 422, message: message, log: "progress out of range", faults: [.init(field: "/\(field)", value: value, message: message)])
    }
}

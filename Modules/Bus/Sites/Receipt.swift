public import Messages
public import Store
import Vocabulary

/// What another site answered to a command that was sent to it.
public struct Receipt: Sendable {
    /// The command, where it went, and what became of it: `done`, `refused` with code and sentence, or `held`.
    public let sent: SentCommand
    let body: JSONValue?

    /// The handler's reply; `nil` unless it is done and its reply may leave the site (no personal data, at most 16 KiB).
    public func reply<T: Decodable>(as type: T.Type) throws -> T? { try body.map { try JSON.decode(type, from: $0.serialized()) } }
}

/// Hears what became of one type of command that this plug-in sends to other sites.
public final class ReceiptHandler: Sendable {
    public let name: WireName
    let body: @Sendable (Receipt, Transaction) throws -> Void

    public init<C: Command>(of type: C.Type, _ body: @escaping @Sendable (Receipt, Transaction) throws -> Void) {
        name = C.name
        self.body = body
    }
}

/// A receipt on its way back: an entry of the log of whoever handled the command, addressed to the sender.
package struct CommandReceipt: Codable, Sendable {
    package static let name: WireName = "bus.receipt.v1"
    static let mostReply = 16 << 10

    package var command: MessageID
    package var state: SentCommand.State
    package var code: String?
    package var message: String?
    package var reply: JSONValue?
    /// How it goes on, while the state is `waiting`; it may come after `done`.
    package var note: String?
    package var percent: Int?

    package init(command: MessageID, state: SentCommand.State, refusal: Refusal? = nil, reply: [UInt8]? = nil) {
        self.command = command
        self.state = state
        code = refusal?.code
        message = refusal?.message
        if let reply, !reply.isEmpty, reply.count <= Self.mostReply { self.reply = try? JSONValue(parsing: reply) }
    }
}

/// An event of a version that this plug-in does not know yet: it waits until the plug-in was upgraded.
struct UnreadableVersion: Error {
    let type: WireName
}

extension Plug {
    /// Handles a command from another site: once, and always with an answer that goes back.
    ///
    /// A refusal is an answer; anything else is thrown, so that it is tried again and then waits for a person.
    func obey(_ entry: LogEntry, from source: any LogSource, tx: Transaction) throws {
        let store = tx.store
        if entry.type == CommandReceipt.name {
            let receipt = try JSON.decode(CommandReceipt.self, from: entry.payload)
            // Only the plug-in that it was sent to answers, or the link on the way there.
            if let sent = try store.sent(receipt.command), source.plugin != sent.plugin, source.plugin != SiteNetwork.own { return }
            return try take(receipt, from: source.site, tx: tx)
        }
        guard try store.recorded(entry.id) == nil else { return }
        let receipt: CommandReceipt
        do {
            guard let handler = sentHere[entry.type] else { throw Refusal.notReadHere(entry.type, site, wiring.plugin) }
            guard network?.map.reaches(handler.reach, from: source.site, to: site) ?? false else { throw Refusal.notObeyed(entry.type, from: source.site) }
            let reply = try store.attempt {
                let reply = try handler.deliver(json: entry.payload, from: source, tx: tx)
                try store.recordReply(entry.id, type: entry.type, bytes: reply)
                return reply
            }
            receipt = CommandReceipt(command: entry.id, state: .done, reply: reply)
        } catch let refusal as Refusal where refusal.status < 500 {
            receipt = CommandReceipt(command: entry.id, state: .refused, refusal: refusal)
        } catch let malformed as JSONError {
            receipt = CommandReceipt(command: entry.id, state: .refused, refusal: .malformed(malformed))
        }
        try answer(entry, from: source, with: receipt, store: store)
    }

    /// Appends the receipt for the command of another site.
    func answer(_ entry: LogEntry, from source: any LogSource, with receipt: CommandReceipt, store: StoreWriter) throws {
        try store.append(
            LogDraft(
                id: ids.next(), type: CommandReceipt.name, subject: entry.subject, time: clock.now, actor: .system(id),
                correlation: entry.correlation, causation: entry.id, target: "\(source.site)/\(source.plugin)", reach: .network,
                payload: try JSON.encode(receipt)))
    }

    /// Notes what became of a command of this plug-in, and tells the plug-in.
    func take(_ receipt: CommandReceipt, from site: String, tx: Transaction) throws {
        if receipt.state == .waiting {
            guard let note = receipt.note, (1...500).contains(note.count) else { return }
            let percent = receipt.percent.map { min(100, max(0, $0)) }
            guard let sent = try tx.store.noteProgress(receipt.command, from: site, note, percent: percent, at: tx.now) else { return }
            try wiring.progress.first { $0.name == sent.type }?.body(sent, tx)
            return
        }
        guard
            let sent = try tx.store.noteAnswer(
                receipt.command, from: receipt.state == .held ? nil : site, receipt.state, code: receipt.code, message: receipt.message, at: tx.now)
        else { return }
        try wiring.receipts.first { $0.name == sent.type }?.body(Receipt(sent: sent, body: receipt.reply), tx)
    }

    /// Notes without a message from the other site that a command cannot be delivered there at present.
    func hold(_ command: MessageID, at site: String, because refusal: Refusal) {
        let time = clock.now
        network?.begin()
        file.enqueue { [self] writer -> Bool in
            guard let sent = try writer.sent(command), sent.state == .waiting else { return false }
            let effects = Transaction.Effects()
            let envelope = Envelope(
                id: ids.next(), source: "/\(self.site)/bus", type: CommandReceipt.name, time: time, subject: sent.subject, site: site,
                actor: .system("\(site)/bus"), correlation: command, causation: command)
            let tx = Transaction(store: writer, envelope: envelope, now: time, plug: self, effects: effects)
            try take(CommandReceipt(command: command, state: .held, refusal: refusal), from: site, tx: tx)
            return effects.enqueuedJob
        } then: { [self] result in
            switch result {
            case .success(let jobs): if jobs { nudgeJobs() }
            case .failure(let error):
                log(.error, "receipt-failed", Parking.describe(error), ("site", self.site), ("plugin", id), ("command", "\(command)"))
            }
            network?.end()
        }
    }
}

extension Refusal {
    static func notReadHere(_ name: WireName, _ site: String, _ plugin: String) -> Refusal {
        Refusal(
            "bus.command-not-known", status: 422, message: "站点 \(site) 的插件 \(plugin) 不认识命令 \(name)，没有执行。请先升级该站点的插件，再重新发送。",
            log: "plug-in \(plugin) at site \(site) does not know \(name)")
    }

    static func notObeyed(_ name: WireName, from site: String) -> Refusal {
        Refusal(
            "bus.command-not-admitted", status: 403, message: "命令 \(name) 不接受来自站点 \(site) 的发送，没有执行。请在本站点内办理。",
            log: "\(name) is not admitted from site \(site)")
    }

    /// - Parameter plugin: of the site that has it not.
    package static func notEnabled(_ plugin: String, at site: String) -> Refusal {
        Refusal(
            "bus.plugin-not-enabled", status: 409, message: "站点 \(site) 没有启用插件 \(plugin)，命令暂存，启用后自动送达。请联系该站点。",
            log: "plug-in \(plugin) is not enabled at site \(site)")
    }

    package static func siteGone(_ site: String) -> Refusal {
        Refusal(
            "bus.site-gone", status: 409, message: "站点 \(site) 目前不在网络中，命令暂存，恢复后自动送达。请联系平台运维人员。",
            log: "site \(site) is not part of the network now")
    }

    static func givenUp(_ reason: String) -> Refusal {
        Refusal("bus.given-up", status: 409, message: "对方站点的值班人员放弃了这条命令：\(reason)", log: "the command was discarded at the other site")
    }
}

import HotlineContracts
import Messages
import Vocabulary

/// Events of baresip's `ctrl_tcp` interface (netstrings of JSON, baresip 1.0) as events of a line. The softphone is the seat's: what comes
/// in there was offered to it, what it takes it answered.
struct BaresipEvents {
    private let seat: SeatID
    private var unread: [UInt8] = []
    /// A netstring longer than this is no event of baresip's.
    private static let longest = 1 << 16

    /// What is no netstring: the other side speaks something else.
    struct Broken: Error, CustomStringConvertible {
        var description: String { "对方发来的不是 baresip ctrl_tcp 的事件（netstring）。请核对 --control 的地址。" }
    }

    init(seat: SeatID) { self.seat = seat }

    /// Takes in bytes as they come, in whatever pieces.
    ///
    /// - Returns: the events that are complete, each with the id under which it is delivered, the same for the same event.
    mutating func take(_ bytes: [UInt8], at now: Timestamp) throws(Broken) -> [(id: String, event: CallEvent)] {
        unread += bytes
        var found: [(String, CallEvent)] = []
        while let colon = unread.firstIndex(of: UInt8(ascii: ":")) {
            let digits = unread[..<colon]
            guard (1...6).contains(digits.count), digits.allSatisfy({ (48...57).contains($0) }),
                let length = Int(String(decoding: digits, as: UTF8.self)), length <= Self.longest
            else { throw Broken() }
            let end = colon + 1 + length
            guard unread.count > end else { return found }
            guard unread[end] == UInt8(ascii: ",") else { throw Broken() }
            if let event = read(Array(unread[(colon + 1)..<end]), at: now) { found.append(event) }
            unread.removeFirst(end + 1)
        }
        if unread.count > 6, !unread.contains(UInt8(ascii: ":")) { throw Broken() }
        return found
    }

    private func read(_ json: [UInt8], at now: Timestamp) -> (id: String, event: CallEvent)? {
        guard let value = try? JSONValue(parsing: json), let type = value["type"]?.string,
            value["direction"]?.string == "incoming",
            let call = value["id"]?.string, !call.isEmpty
        else { return nil }
        let kind: CallEvent.Kind
        switch type {
        case "CALL_INCOMING": kind = .callOffered
        case "CALL_ESTABLISHED": kind = .callAnswered
        case "CALL_CLOSED": kind = .callEnded
        default: return nil
        }
        var data = CallEvent.Content(call: call)
        if kind == .callOffered {
            data.from = value["peeruri"]?.string.flatMap(Self.number)
            data.to = value["accountaor"]?.string.flatMap(Self.user)
        }
        if kind == .callAnswered { data.seat = seat }
        if kind == .callEnded {
            data.reason = value["param"]?.string.map { String($0.prefix(80)) }.flatMap { $0.isEmpty ? nil : $0 }
        }
        return ("\(call)/\(kind.rawValue)", CallEvent(kind, at: now, data))
    }

    /// The user part of `sip:8001@host`.
    static func user(_ address: String) -> String? {
        let bare = address.drop { $0 != ":" }.dropFirst()
        let user = bare.prefix { $0 != "@" && $0 != ";" }
        return bare.contains("@") && !user.isEmpty ? String(user) : nil
    }

    /// A telephone number in the user part, `+86` taken off; a name is none.
    static func number(_ address: String) -> String? {
        guard var user = user(address) else { return nil }
        if user.hasPrefix("+86") { user.removeFirst(3) }
        return !user.isEmpty && user.utf8.allSatisfy { (48...57).contains($0) } ? user : nil
    }
}

import Crypto
import HotlineContracts
import Messages
import Network
import Vocabulary

/// Reads a SIP telephone's events and reports them, until the telephone ends.
struct SIPAdapter {
    var control: (host: String, port: Int)
    var seat: SeatID
    var target: EventDoor.Target
    var clock = TimeSource.system

    /// - Parameters:
    ///   - connected: called once the telephone's events come here.
    ///   - reported: called for each event that was taken in.
    /// - Returns: when the telephone closed its control connection.
    func run(connected: () -> Void = {}, reported: (CallEvent, CallReceipt) -> Void) throws {
        let phone = try HTTPClient(host: control.host, port: control.port, trust: .plain, timeout: .seconds(3600))
        try phone.connect()
        connected()
        defer { phone.disconnect() }
        let door = try EventDoor(target)
        var events = BaresipEvents(seat: seat)
        while true {
            let bytes = try phone.receive()
            if bytes.isEmpty { return }
            for (id, event) in try events.take(bytes, at: clock.now) {
                reported(event, try door.report(event, id: id, now: clock.now))
            }
        }
    }
}

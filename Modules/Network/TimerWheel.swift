/// Deadlines of connections in slots of 16 ms, sixteen seconds around; setting one later again costs nothing.
///
/// A connection has at most one live entry. When it falls due and the real deadline has moved on, the owner puts a new
/// one in; so a busy connection touches the wheel a few times a minute and not once per request.
struct TimerWheel {
    /// What falls due: a slot of the loop's table and the serial of who sat there.
    struct Entry {
        var descriptor: Int32
        var serial: UInt32
    }

    static let tickMilliseconds: Int64 = 16
    private static let slots = 1024
    /// Ticks of about a second.
    private static let together: Int64 = 64

    private var wheel = [[Entry]](repeating: [], count: TimerWheel.slots)
    /// The last tick that was served.
    private var served: Int64
    /// No entry is due before this tick.
    private(set) var next = Int64.max

    init(now: Int64) { served = now / TimerWheel.tickMilliseconds }

    /// Puts an entry at the deadline or, where that is beyond the wheel, towards its far end; answers the moment chosen.
    ///
    /// What is put at the far end is put there again later. It falls due a second's worth at once, so that hundreds of idle connections do not
    /// wake the loop one by one.
    mutating func insert(_ entry: Entry, at deadline: Int64) -> Int64 {
        let wanted = max((deadline + TimerWheel.tickMilliseconds - 1) / TimerWheel.tickMilliseconds, served + 1)
        let farEnd = served + Int64(TimerWheel.slots) - 1
        let tick = wanted <= farEnd ? wanted : farEnd - farEnd % TimerWheel.together
        wheel[Int(tick % Int64(TimerWheel.slots))].append(entry)
        next = min(next, tick)
        return tick * TimerWheel.tickMilliseconds
    }

    /// Takes everything that is due.
    mutating func due(now: Int64) -> [Entry] {
        let tick = now / TimerWheel.tickMilliseconds
        guard next <= tick else {
            served = max(served, tick)
            return []
        }
        var result: [Entry] = []
        var place = max(next, served + 1)
        let end = min(tick, place + Int64(TimerWheel.slots) - 1)
        while place <= end {
            let slot = Int(place % Int64(TimerWheel.slots))
            if !wheel[slot].isEmpty {
                result += wheel[slot]
                wheel[slot] = []
            }
            place += 1
        }
        served = tick
        next = Int64.max
        for ahead in 1..<Int64(TimerWheel.slots) where !wheel[Int((tick + ahead) % Int64(TimerWheel.slots))].isEmpty {
            next = tick + ahead
            break
        }
        return result
    }

    /// Milliseconds until something may be due; `nil` when the wheel is empty.
    func wait(now: Int64) -> Int64? {
        next == Int64.max ? nil : max(0, next * TimerWheel.tickMilliseconds - now)
    }
}

import Synchronization

/// Doors at which a request waits until the test opens them; the test in turn waits until somebody stands there.
enum Doors {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals: [CheckedContinuation<Void, Never>] = []
    }

    private static let doors = Mutex<[String: State]>([:])

    static func wait(_ name: String) async {
        await withCheckedContinuation { continuation in
            let (isOpen, arrivals) = doors.withLock { doors in
                var state = doors[name] ?? State()
                defer { doors[name] = state }
                if state.isOpen { return (true, [CheckedContinuation<Void, Never>]()) }
                state.waiting.append(continuation)
                defer { state.arrivals = [] }
                return (false, state.arrivals)
            }
            if isOpen { continuation.resume() }
            for arrival in arrivals { arrival.resume() }
        }
    }

    /// Returns once a request stands at the door.
    static func arrival(at name: String) async {
        await withCheckedContinuation { continuation in
            let isThere = doors.withLock { doors in
                var state = doors[name] ?? State()
                defer { doors[name] = state }
                if !state.waiting.isEmpty { return true }
                state.arrivals.append(continuation)
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    static func open(_ name: String) {
        let waiting = doors.withLock { doors in
            var state = doors[name] ?? State()
            defer { doors[name] = state }
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }
}

import Dispatch

/// Calls a closure four times a second on a thread of its own until it returns false.
enum Ticker {
    static func start(_ body: @escaping @Sendable (_ count: Int) -> Bool) {
        let queue = DispatchQueue(label: "shuniu.ticker")
        schedule(queue, 1, body)
    }

    private static func schedule(_ queue: DispatchQueue, _ count: Int, _ body: @escaping @Sendable (Int) -> Bool) {
        queue.asyncAfter(deadline: .now() + .milliseconds(250)) {
            if body(count) { schedule(queue, count + 1, body) }
        }
    }
}

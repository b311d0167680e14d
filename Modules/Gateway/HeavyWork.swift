import Dispatch

/// Where queries and pages that take long run, so that one slow answer does not stand in front of a thousand quick ones.
final class HeavyWork: Sendable {
    private let queue = DispatchQueue(label: "shuniu.heavy", attributes: .concurrent)
    private let places = DispatchSemaphore(value: 2)

    func run(_ body: @escaping @Sendable () -> Void) {
        queue.async {
            self.places.wait()
            defer { self.places.signal() }
            body()
        }
    }
}

import Dispatch
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A few threads of their own for all writer lanes of the process; never the cooperative pool, since a commit blocks.
public final class LanePool: Sendable {
    private let core: Core
    let templates = FileTemplates()
    /// One file's log after the other is copied: they share a disk.
    let copies = DispatchQueue(label: "shuniu.store.copies")

    /// How many kinds of file were made from nothing; all others are copies.
    package var kindsMade: Int { templates.made }

    /// - Parameter threads: two serve one disk; more files than that writing at once gain nothing.
    public init(threads: Int = 2) {
        core = Core()
        for _ in 0..<max(1, threads) { core.startThread() }
    }

    /// Lets the threads end after the work already queued. Files must be closed before.
    public func shutdown() { core.stop() }

    deinit { core.stop() }

    func ready(_ lane: Lane) { core.ready(lane) }

    /// Apart from the pool, so that a running thread does not keep the pool alive.
    private final class Core: Sendable {
        private struct State {
            var ready: [Lane] = []
            var first = 0
            var threads = 0
            var stopping = false
        }

        private let state = Mutex(State())
        private let wake = DispatchSemaphore(value: 0)

        func startThread() {
            state.withLock { $0.threads += 1 }
            var thread: pthread_t = 0
            let code = pthread_create(
                &thread, nil,
                { context in
                    guard let context else { return nil }
                    Unmanaged<Core>.fromOpaque(context).takeRetainedValue().run()
                    return nil
                }, Unmanaged.passRetained(self).toOpaque())
            precondition(code == 0, "no thread for the store (errno \(code))")
            pthread_detach(thread)
        }

        func stop() {
            let threads = state.withLock { state in
                state.stopping = true
                return state.threads
            }
            for _ in 0..<threads { wake.signal() }
        }

        func ready(_ lane: Lane) {
            state.withLock { $0.ready.append(lane) }
            wake.signal()
        }

        private func next() -> Lane? {
            state.withLock { state in
                guard state.first < state.ready.count else { return nil }
                let lane = state.ready[state.first]
                state.first += 1
                if state.first == state.ready.count || state.first > 256 {
                    state.ready.removeFirst(state.first)
                    state.first = 0
                }
                return lane
            }
        }

        private var othersWait: Bool { state.withLock { $0.first < $0.ready.count } }

        private func run() {
            while true {
                wake.wait()
                guard let lane = next() else {
                    if state.withLock({ $0.stopping }) { return }
                    continue
                }
                // A busy file keeps its thread, unless another one waits for it.
                while lane.turn() {
                    if othersWait {
                        ready(lane)
                        break
                    }
                }
            }
        }
    }
}

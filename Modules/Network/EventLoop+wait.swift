import CLinux
import Glibc
import Synchronization

extension EventLoop {
    /// How many tasks wait with it for a descriptor at this moment; from any thread.
    package var waiting: Int { waits.load(ordering: .relaxed) }

    /// Waits until the descriptor is ready for one of these, or at its end; no thread is held meanwhile. Nobody else may watch the descriptor.
    /// - Throws: `network.timeout`; `network.closed` where the task is cancelled or the loop ends.
    func wait(for events: EPOLL_EVENTS, on descriptor: Int32, within time: Duration) async throws {
        let wait = DescriptorWait(self, descriptor, events, EventLoop.clock() + time.milliseconds)
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                if !run({ wait.begin(continuation) }) { continuation.resume(throwing: DescriptorWait.closed) }
            }
        } onCancel: {
            run { wait.end(throwing: DescriptorWait.closed) }
        }
    }
}

/// One wait of a task for a descriptor; on the loop's thread only.
private final class DescriptorWait: Pollable, @unchecked Sendable {
    static let closed = NetworkError("closed", "连接已关闭。", log: "closed here")

    private let loop: EventLoop
    private let descriptor: Int32
    private let events: EPOLL_EVENTS
    private let deadline: Int64
    private var serial: UInt32?
    private var continuation: CheckedContinuation<Void, any Error>?
    /// It may be ended before it has begun.
    private var isEnded = false

    init(_ loop: EventLoop, _ descriptor: Int32, _ events: EPOLL_EVENTS, _ deadline: Int64) {
        self.loop = loop
        self.descriptor = descriptor
        self.events = events
        self.deadline = deadline
    }

    func begin(_ continuation: CheckedContinuation<Void, any Error>) {
        guard !isEnded else { return continuation.resume(throwing: Self.closed) }
        self.continuation = continuation
        loop.waits.add(1, ordering: .relaxed)
        serial = loop.watch(descriptor, events, self)
        guard serial != nil else { return end(throwing: NetworkError.system("poll", "连接中断", errno)) }
        schedule()
    }

    private func schedule() {
        guard let serial else { return }
        _ = loop.schedule(descriptor, serial: serial, at: deadline)
    }

    func end(throwing error: NetworkError?) {
        isEnded = true
        guard let continuation else { return }
        self.continuation = nil
        loop.waits.subtract(1, ordering: .relaxed)
        if serial != nil { loop.forget(descriptor) }
        if let error { continuation.resume(throwing: error) } else { continuation.resume() }
    }

    func ready(_ events: UInt32) { end(throwing: nil) }

    func expired() { if loop.now >= deadline { end(throwing: NetworkError.late) } else { schedule() } }

    func abandon() { end(throwing: Self.closed) }
}

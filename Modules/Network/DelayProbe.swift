import CLinux
import Glibc

/// Measures how long a loop's ready descriptors wait for their turn: an event of our own takes its place in the same queue.
///
/// Sent only while requests come, at most every 5 ms, so an idle loop sleeps.
final class DelayProbe: Pollable {
    private static let pause: Int64 = 5
    private let loop: EventLoop
    private let descriptor: Int32
    private var sentAt: Int64 = -1
    private var nextAt: Int64 = 0
    private let measured: (_ wait: Int64, _ now: Int64) -> Void

    init?(_ loop: EventLoop, _ measured: @escaping (_ wait: Int64, _ now: Int64) -> Void) {
        self.loop = loop
        self.measured = measured
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0, loop.watch(descriptor, EPOLLIN, self) != nil else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// A request came: time to measure again?
    func note() {
        guard sentAt < 0, loop.now >= nextAt else { return }
        sentAt = EventLoop.clock()
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }

    /// How long the measurement under way has lasted; zero where none is.
    var waiting: Int64 { sentAt < 0 ? 0 : EventLoop.clock() - sentAt }

    func ready(_ events: UInt32) {
        var value: UInt64 = 0
        _ = read(descriptor, &value, 8)
        guard sentAt >= 0 else { return }
        let now = EventLoop.clock()
        let wait = now - sentAt
        sentAt = -1
        nextAt = now + Self.pause
        measured(wait, now)
    }

    func expired() {}
    func abandon() {}

    func stop() { loop.forget(descriptor) }
}

/// One thread, one epoll, one listener, its connections and timers. Also the executor of the tasks that serve them.
public final class EventLoop: TaskExecutor, Sendable {
    public func enqueue(_ job: consuming ExecutorJob) { preconditionFailure("unfinished") }

    /// Runs the closure on the loop's thread, soon; from any thread.
    public func run(_ work: @escaping @Sendable () -> Void) { preconditionFailure("unfinished") }

    /// Which loop of the server this is, from zero; the key of per-loop resources such as read connections.
    public var index: Int { preconditionFailure("unfinished") }
}

/// One request waiting for its answer.
public final class HTTPExchange: Sendable {
    public let loop: EventLoop

    /// Sends the answer; from any thread, exactly once. A second call is ignored and counted as a defect.
    public func finish(_ response: HTTPResponse) { preconditionFailure("unfinished") }

    package init(loop: EventLoop) { self.loop = loop }
}

import Bus
import CLinux
import Dispatch
import Messages
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The operators' door of a running host: a Unix socket in the data folder, for the account that runs the host and for root.
///
/// One request a connection, one line of JSON each way. The folder is 0700 and the socket 0600; besides, the kernel is asked who is
/// at the other end. At most eight connections at once; more wait.
final class ControlServer: Sendable {
    /// Does a request for a user.
    typealias Handler = @Sendable (ControlRequest, SystemUser) async -> ControlAnswer

    private struct State {
        var listener: Int32
        var lock: Int32
    }

    private static let requestTime = Duration.seconds(10)
    private let address: ControlAddress
    private let state: Mutex<State>
    private let room = DispatchSemaphore(value: 8)
    private let activity = Activity()
    private let handler: Handler
    private let log: Log

    /// Listens at once. A socket that a killed host left behind is replaced.
    ///
    /// - Throws: a `CommandProblem` when another host serves the folder, or with the system's reason.
    init(dataFolder: String, log: Log, handler: @escaping Handler) throws {
        let address = ControlAddress(dataFolder: dataFolder)
        self.address = address
        self.handler = handler
        self.log = log
        try PrivateFile.makeFolder(address.folder)
        guard chmod(address.folder, 0o700) == 0 else { throw CommandProblem.system("不能设定目录 \(address.folder) 的权限", errno) }
        let lock = open(address.folder + "/control.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw CommandProblem.system("不能建立文件 \(address.folder)/control.lock", errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw CommandProblem.refused("数据目录 \(dataFolder) 已有另一台主机在受理管理命令。请为每台主机使用各自的数据目录。")
        }
        do {
            let listener = try Self.listen(at: address)
            state = Mutex(State(listener: listener, lock: lock))
            // Keeps itself until `stop`.
            DispatchQueue(label: "shuniu.control").async { [self] in accept(on: listener) }
        } catch {
            close(lock)
            throw error
        }
    }

    private static func listen(at address: ControlAddress) throws -> Int32 {
        // Nobody listens there: the lock is ours.
        unlink(address.path)
        let descriptor = try ControlAddress.socket()
        guard address.call({ bind(descriptor, $0, $1) }) == 0, chmod(address.path, 0o600) == 0, Glibc.listen(descriptor, 16) == 0 else {
            let problem = CommandProblem.system("不能建立管理套接字 \(address.path)", errno)
            close(descriptor)
            throw problem
        }
        return descriptor
    }

    /// Takes no more requests, and waits for those under way.
    func stop(within limit: Duration) async {
        leave()
        await activity.quiet(within: limit)
    }

    private func leave() {
        let open = state.withLock { state in
            defer { state = State(listener: -1, lock: -1) }
            return state
        }
        guard open.listener >= 0 else { return }
        unlink(address.path)
        // Wakes the thread that waits in `accept`, which closes it.
        shutdown(open.listener, Int32(SHUT_RDWR))
        close(open.lock)
    }

    // MARK: - Connections

    private func accept(on listener: Int32) {
        while true {
            let peer = accept4(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
            if peer < 0 {
                // What `leave` did.
                if errno == EINVAL { break }
                // Too many open files, say: it passes, and what waits is served then.
                if errno != EINTR, errno != ECONNABORTED { usleep(100_000) }
                continue
            }
            let channel = ControlChannel(peer)
            room.wait()
            activity.begin()
            DispatchQueue.global().async { [self] in
                guard let (request, user) = request(on: channel) else { return leaveRoom() }
                Task {
                    say(await handler(request, user), on: channel)
                    leaveRoom()
                }
            }
        }
        close(listener)
    }

    private func leaveRoom() {
        activity.end()
        room.signal()
    }

    /// What is asked, and by whom; `nil` where the answer was a refusal already.
    private func request(on channel: ControlChannel) -> (ControlRequest, SystemUser)? {
        guard let peer = channel.peer, peer == geteuid() || peer == 0 else {
            log(.warning, "control-stranger", "another account at the control socket", ("uid", channel.peer.map { String($0) } ?? "-"))
            refuse(.init("host.control-stranger", "只有运行主机的系统账号和 root 可以办理。请用该账号执行本命令。"), on: channel)
            return nil
        }
        do throws(ControlChannel.Failure) {
            let line = try channel.readLine(limit: ControlRequest.limit, within: Self.requestTime)
            let head = try? JSON.decode(Version.self, from: line)
            guard let head, head.version == ControlRequest.currentVersion else {
                refuse(Self.unreadable(version: head?.version), on: channel)
                return nil
            }
            guard let request = try? JSON.decode(ControlRequest.self, from: line) else {
                refuse(Self.unreadable(version: head.version), on: channel)
                return nil
            }
            return (request, SystemUser(id: peer))
        } catch {
            switch error {
            case .tooLong:
                refuse(.init("host.control-too-long", "请求超过 \(ControlRequest.limit) 字节，没有办理。请检查命令所附的文件。"), on: channel)
            case .late: refuse(.init("host.control-late", "请求没有在 \(Self.requestTime.components.seconds) 秒内送达，没有办理。请重试。"), on: channel)
            case .gone: break
            }
            return nil
        }
    }

    private struct Version: Codable { var version: Int }

    private static func unreadable(version: Int?) -> CommandRefusal {
        guard let version, version != ControlRequest.currentVersion else {
            return .init("host.control-unreadable", "请求不是一行有效的 JSON（version、verb、arguments、files），没有办理。请用与主机同一版本的 shuniu。")
        }
        return .init(
            "host.control-version", "主机的管理协议版本为 \(ControlRequest.currentVersion)，请求为 \(version)，没有办理。请用与主机同一版本（\(ShuniuProgram.version)）的 shuniu。")
    }

    private func refuse(_ refusal: CommandRefusal, on channel: ControlChannel) {
        log(.warning, "control-refused", "a request at the control socket was not taken", ("reason", refusal.code))
        say(ControlAnswer(refusal: refusal), on: channel)
    }

    private func say(_ answer: ControlAnswer, on channel: ControlChannel) {
        var line = (try? JSON.encode(answer)) ?? []
        if line.isEmpty || line.count > ControlRequest.limit {
            let refusal = CommandRefusal("host.control-answer", "命令已办理，但答复超过 \(ControlRequest.limit) 字节，不能送达。请缩小范围后查询结果。")
            line = (try? JSON.encode(ControlAnswer(refusal: refusal))) ?? []
        }
        // Who has gone meanwhile does not hear it; what was done is in the audit log.
        try? channel.write(line: line, within: Self.requestTime)
        channel.finish()
    }
}

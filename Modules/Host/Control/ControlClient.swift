import Dispatch
import Messages

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The command's end of the control socket.
enum ControlClient {
    /// Asks the host that serves the data folder; `nil` when none does.
    ///
    /// - Throws: a `CommandRefusal` when a host is there and does not take the request or does not answer in time.
    static func ask(_ request: ControlRequest, dataFolder: String, patience: Duration = .seconds(120)) async throws -> ControlAnswer? {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try talk(request, ControlAddress(dataFolder: dataFolder), patience) })
            }
        }
    }

    private static func talk(_ request: ControlRequest, _ address: ControlAddress, _ patience: Duration) throws -> ControlAnswer? {
        guard let channel = try connect(address) else { return nil }
        let line = try JSON.encode(request)
        guard line.count <= ControlRequest.limit else {
            throw CommandRefusal("host.control-too-long", "命令连同所附的文件超过 \(ControlRequest.limit) 字节，没有发送。请检查文件。")
        }
        // A refusal may come before the whole request has gone.
        try? channel.write(line: line, within: .seconds(10))
        do throws(ControlChannel.Failure) {
            let answer = try channel.readLine(limit: ControlRequest.limit, within: patience)
            if let answer = try? JSON.decode(ControlAnswer.self, from: answer) { return answer }
        } catch {
            if error == .late {
                throw CommandRefusal(
                    "host.control-silent", "运行中的主机 \(patience.components.seconds) 秒内没有答复，命令可能仍在办理。请查看主机日志，并用相应的 list 命令核对结果。")
            }
        }
        throw CommandRefusal("host.control-broken", "运行中的主机没有答复就断开了连接（\(address.path)），命令可能已经办理。请查看主机日志，并用相应的 list 命令核对结果。")
    }

    /// `nil` where nobody listens: no socket, or one that a killed host left behind.
    private static func connect(_ address: ControlAddress) throws -> ControlChannel? {
        let descriptor = try ControlAddress.socket()
        let channel = ControlChannel(descriptor)
        guard address.call({ Glibc.connect(descriptor, $0, $1) }) != 0 else { return channel }
        let code = errno
        if code == ENOENT || code == ECONNREFUSED || code == ENOTDIR { return nil }
        throw CommandRefusal(
            "host.control-unreachable",
            "不能连接运行中的主机（\(address.path)）：\(String(cString: strerror(code)))。请用运行主机的系统账号执行本命令。")
    }
}

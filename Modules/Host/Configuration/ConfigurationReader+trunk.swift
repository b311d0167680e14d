import FoundationEssentials
import Messages
import Network
import Trunk

/// The members `trunk` of `host.json5`.
extension ConfigurationReader {
    /// - Returns: `nil`: sites are joined by mutual TLS, or something is wrong.
    mutating func trunkBroker(_ host: Settings, _ file: String, checkFiles: Bool) -> TrunkBroker? {
        guard host.text("trunk.kind") == "nats" else { return nil }
        let before = problems.count
        var servers: [NATSServer] = []
        for (index, text) in (host.texts("trunk.servers") ?? []).enumerated() {
            if text.contains("@") {
                // What stands before it may be a password: it is not repeated.
                note(
                    file, key: "trunk.servers",
                    "第 \(index + 1) 项在 @ 之前写了账号或密码，不能写在地址中。请改用 trunk.user 与 trunk.passwordFile（或 tokenFile、nkeyFile），地址只写主机和端口。")
            } else if let server = NATSServer(text) {
                servers.append(server)
            } else {
                note(file, key: "trunk.servers", "“\(text)”不是 NATS 服务器地址，应为 nats://主机[:端口] 或 tls://主机[:端口]。请改正。")
            }
        }
        if host.texts("trunk.servers")?.isEmpty ?? true {
            note(
                file, key: "trunk.servers", "trunk.kind 为 nats 时须至少写一台服务器，现为空。请补充，如 [\"tls://nats-1.example.cn:4222\"]。"
            )
        }
        let replicas = host.integer("trunk.replicas", or: 3)
        if replicas % 2 == 0 { note(file, key: "trunk.replicas", "副本数须为 1、3 或 5（多数派才能确认写入），现为 \(replicas)。请改正。") }
        let given = ["trunk.user", "trunk.tokenFile", "trunk.nkeyFile"].filter { host.text($0) != nil }
        if given.count > 1 {
            note(file, key: given[1], "user、tokenFile、nkeyFile 只能择一，现填写了 \(given.joined(separator: "、"))。请删去多余的。")
        }
        if (host.text("trunk.user") == nil) != (host.text("trunk.passwordFile") == nil) {
            note(
                file, key: host.text("trunk.user") == nil ? "trunk.user" : "trunk.passwordFile",
                "user 与 passwordFile 须一起填写。请补充另一项。")
        }
        if (host.text("trunk.certificate") == nil) != (host.text("trunk.certificateKey") == nil) {
            let missing = host.text("trunk.certificate") == nil ? "trunk.certificate" : "trunk.certificateKey"
            note(file, key: missing, "certificate 与 certificateKey 须一起填写。请补充另一项。")
        }
        if host.text("trunk.key") == nil {
            note(
                file, key: "trunk.key",
                "trunk.kind 为 nats 时必须填写网络密钥文件：消息在 NATS 服务器上落盘，须加密。请运行 shuniu trunk key --out <文件>，并复制到各主机。")
        }
        guard checkFiles else { return nil }
        var settings = NATSClient.Settings(servers: servers)
        let keys = secret(host, "trunk.key", file, "每行一个 Base64 密钥（32 字节）。请用 shuniu trunk key 生成") { NetworkKeys($0) }
        if let user = host.text("trunk.user"),
            let password = secret(host, "trunk.passwordFile", file, "一行密码", Self.line)
        {
            settings.credential = .user(user, password: password)
        } else if let token = secret(host, "trunk.tokenFile", file, "一行令牌", Self.line) {
            settings.credential = .token(token)
        } else if let key = secret(
            host, "trunk.nkeyFile", file, "以 SU 开头的 nkey 种子。请用 nk -gen user 生成",
            { Self.line($0).flatMap { NKey.read(seed: $0) } })
        {
            settings.credential = .key(key)
        }
        for key in ["trunk.authority", "trunk.certificate"] {
            if let path = host.text(key).map(path), !FileManager.default.isReadableFile(atPath: path) {
                note(file, key: key, "文件 \(path) 不存在或不可读。请检查路径。")
            }
        }
        settings.trust = .system(also: host.text("trunk.authority").map(path))
        if let certificate = host.text("trunk.certificate").map(path),
            secret(host, "trunk.certificateKey", file, "PEM 私钥", { $0.contains("PRIVATE KEY") ? $0 : nil }) != nil,
            let key = host.text("trunk.certificateKey").map(path)
        {
            settings.certificate = (certificate, key)
        }
        guard problems.count == before, let keys else { return nil }
        return TrunkBroker(
            client: settings, network: host.text("trunk.network", or: "main"), replicas: replicas, keys: keys)
    }

    private static func line(_ text: String) -> String? {
        let lines = text.split(whereSeparator: \.isNewline)
        return lines.count == 1 ? lines.first.map(String.init) : nil
    }

    /// What a private file holds; `nil` where none is named, or it is not as it must be.
    private mutating func secret<T>(
        _ host: Settings, _ key: String, _ file: String, _ rule: String, _ read: (String) -> T?
    ) -> T? {
        guard let path = host.text(key).map(path) else { return nil }
        guard let text = PrivateFile.text(path) else {
            note(file, key: key, "文件 \(path) 不存在或不可读。请检查路径。")
            return nil
        }
        let mode = PrivateFile.mode(path) ?? 0
        if mode & 0o077 != 0 {
            note(file, key: key, "文件 \(path) 的权限为 \(String(mode, radix: 8))，其他用户可读。请执行 chmod 600 \(path)。")
        }
        guard let value = read(text) else {
            note(file, key: key, "文件 \(path) 的内容应为\(rule)。请更换该文件。")
            return nil
        }
        return value
    }
}

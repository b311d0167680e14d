import CLinux
import Foundation
import Network

/// The servers that a run compares.
struct Served {
    let child: ChildProcess
    let port: Int
    let plainPort: Int
    let greeting: String
    /// An access token of a partner; empty where there is none.
    var token = ""
}

enum Servers {
    static func makeCertificate(in folder: String) throws {
        let pair = try CertificateMaker().issue(for: ["localhost", "127.0.0.1"])
        for (name, bytes) in [("server.pem", pair.certificate), ("server.key", pair.key)] {
            let path = "\(folder)/\(name)"
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }

    /// Our own host, one event loop.
    static func own(_ place: Workplace, name: String = "own", naive: Bool = false, under tool: [String] = []) throws -> Served {
        let folder = try place.room(name)
        try makeCertificate(in: folder)
        let words = tool + ["\(Workplace.programs)/bench", "serve", folder] + (naive ? ["--naive"] : [])
        let child = try ChildProcess(words[0], Array(words.dropFirst()))
        guard let line = child.line(beginning: "ready ") else {
            child.stop()
            throw BenchError("the server did not start; try `bench serve` by hand")
        }
        let ports = line.split(separator: " ").dropFirst().compactMap { Int($0) }
        guard ports.count == 2 else { throw BenchError("unexpected: \(line)") }
        let token = line.split(separator: " ").last.map(String.init) ?? ""
        return Served(child: child, port: ports[0], plainPort: ports[1], greeting: "/api/bench/bench/greeting", token: token)
    }

    /// nginx with one worker, `return 200` with an answer of the same length; `nil` when it is not installed.
    static func nginx(_ place: Workplace, answer: String) throws -> Served? {
        guard let program = Workplace.find("nginx") else { return nil }
        let folder = try place.room("nginx")
        try makeCertificate(in: folder)
        let port = try freePort()
        let configuration = """
            worker_processes 1;
            pid \(folder)/pid;
            error_log \(folder)/error.log;
            daemon off;
            worker_rlimit_nofile 20000;
            events { worker_connections 16000; }
            http {
                access_log off;
                server_tokens off;
                default_type application/json;
                keepalive_requests 1000000000;
                keepalive_timeout 600s;
                client_body_temp_path \(folder)/body; proxy_temp_path \(folder)/proxy; fastcgi_temp_path \(folder)/fastcgi;
                uwsgi_temp_path \(folder)/uwsgi; scgi_temp_path \(folder)/scgi;
                server {
                    listen 127.0.0.1:\(port) ssl backlog=1024;
                    ssl_certificate \(folder)/server.pem;
                    ssl_certificate_key \(folder)/server.key;
                    ssl_protocols TLSv1.2 TLSv1.3;
                    location / { return 200 '\(answer)'; }
                }
            }
            """
        try configuration.write(toFile: "\(folder)/nginx.conf", atomically: true, encoding: .utf8)
        let child = try ChildProcess(program, ["-p", folder, "-c", "\(folder)/nginx.conf"])
        for _ in 0..<100 {
            usleep(50_000)
            let children = try? String(contentsOfFile: "/proc/\(child.identifier)/task/\(child.identifier)/children", encoding: .utf8)
            if let worker = children?.split(separator: " ").first.flatMap({ Int32($0) }) {
                child.worker = worker
                return Served(child: child, port: port, plainPort: 0, greeting: "/")
            }
        }
        child.stop(closing: false)
        throw BenchError("nginx did not start; see \(folder)/error.log")
    }

    static func freePort() throws -> Int {
        let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(probe) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(probe, $0, size) == 0 && getsockname(probe, $0, &size) == 0 }
        }
        guard found else { throw BenchError("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

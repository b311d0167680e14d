public import Gateway
public import Network

extension HostConfiguration {
    /// The public listener with its limits.
    public var server: HTTPServer.Configuration {
        var server = HTTPServer.Configuration(host: address, port: port, loops: loops)
        server.connections = limits.connections
        server.connectionsPerAddress = limits.connectionsPerAddress
        server.headBytes = limits.headBytes
        server.queuedBytes = limits.queuedBytes
        server.headTime = limits.headTime
        server.idleTime = limits.idleTime
        server.answerTime = limits.answerTime
        return server
    }

    /// The address that tokens name as their source.
    var tokenOrigin: String { origin ?? "https://localhost" + (port == 443 || port == 0 ? "" : ":\(port)") }

    /// What a request's body may weigh.
    public var requests: Gateway.Limits {
        var requests = Gateway.Limits(upload: limits.bodyBytes)
        requests.body = min(requests.body, requests.upload)
        return requests
    }
}

extension HTTPServer.Configuration {
    /// The admin listener: this machine only, one loop.
    public static func loopback(port: Int) -> HTTPServer.Configuration {
        HTTPServer.Configuration(host: "127.0.0.1", port: port, loops: 1)
    }

    /// The plain listener that only sends browsers to HTTPS: small requests, nothing kept open.
    public static func redirect(address: String, port: Int) -> HTTPServer.Configuration {
        var server = HTTPServer.Configuration(host: address, port: port, loops: 1)
        server.connections = 2000
        server.requestsPerConnection = 1
        server.idleTime = .seconds(5)
        return server
    }
}

extension HTTPServer {
    /// What a server listens on and every limit it keeps. The defaults suit one host on the public network.
    public struct Configuration: Sendable {
        /// IPv4 or IPv6 address to listen on, as a number: `127.0.0.1`, `0.0.0.0`, `::`.
        public var host: String
        /// Port to listen on; 0 lets the system choose, see `boundPort`.
        public var port: Int
        /// Event loops, each a thread with its own listener; 0 means one per core.
        public var loops: Int
        /// Listen queue of each loop.
        public var backlog: Int32 = 1024

        /// Open connections altogether; more are answered 503 (plain) or closed (TLS).
        public var connections = 20_000
        /// Open connections of one address.
        public var connectionsPerAddress = 256
        /// New TLS connections of one address per minute, all of which may come at once; 0 means no limit.
        public var connectionsPerMinute = 0
        /// Handshakes under way on one loop; beyond it new connections are closed.
        public var handshakes = 1000
        /// Whose word about a client's address is believed.
        public var proxies = TrustedProxies()
        /// Beyond this standing wait of a loop, requests are refused until it is back; zero turns that off.
        public var queueTime: Duration = .milliseconds(200)
        /// Fields of every answer.
        public var standing = StandingFields()
        /// Bytes of a request line and its header fields; more is answered 431.
        public var headBytes = 16 * 1024
        /// Bytes of a request target; more is answered 414.
        public var targetBytes = 8 * 1024
        /// Header fields of a request, and trailer fields of a chunked body; more is answered 431.
        public var fields = 100
        /// Requests of one connection that wait for their answers; reading stops at this depth.
        public var pipelined = 16
        /// Requests served on one connection before it is closed; 0 means no limit.
        public var requestsPerConnection = 0
        /// Bytes of request bodies being read and answers waiting, over all connections of one loop; beyond it
        /// new requests are answered 503.
        public var queuedBytes = 256 * 1024 * 1024

        /// Time for the TLS handshake.
        public var handshakeTime: Duration = .seconds(10)
        /// Time from the first byte of a request to the end of its head; more is answered 408.
        public var headTime: Duration = .seconds(10)
        /// Time without a request on an open connection.
        public var idleTime: Duration = .seconds(75)
        /// Bodies being received are measured over this time; one below `lowestRate` is answered 408.
        public var bodyStallTime: Duration = .seconds(20)
        /// Peers that do not take their answer are measured over this time; one below `lowestRate` is disconnected.
        public var writeStallTime: Duration = .seconds(20)
        /// Bytes per second that must move, in either direction.
        public var lowestRate = 500
        /// Time for a handler to finish; more is answered 503.
        public var answerTime: Duration = .seconds(60)

        /// Limits as above.
        public init(host: String = "127.0.0.1", port: Int = 0, loops: Int = 0) {
            self.host = host
            self.port = port
            self.loops = loops
        }
    }
}

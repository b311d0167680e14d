import COpenSSL
import Crypto
import Glibc
import Synchronization

/// The certificates of a listener, and whom it asks for one in turn. Reloading swaps all of it for new connections.
///
/// TLS 1.2 and 1.3, ALPN `http/1.1`, sessions resumed by ticket, certificates chosen by host name and by what the client can.
public final class TLSContext: Sendable {
    private let tickets: TicketKeys
    private let clock: @Sendable () -> Int64
    fileprivate let current: Mutex<LoadedTLS>

    /// Reads all files.
    /// - Parameter clock: seconds since 1970; `nil`: the system's.
    /// - Throws: `NetworkError` that names the file: missing, unreadable, not PEM, key of another certificate, a response or
    ///   list that does not belong to it.
    public init(_ settings: TLSSettings, clock: (@Sendable () -> Int64)? = nil) throws {
        let clock = clock ?? { Int64(time(nil)) }
        self.clock = clock
        tickets = TicketKeys(life: settings.ticketLife.milliseconds / 1000, clock: clock)
        current = Mutex(try LoadedTLS(settings, tickets, clock))
    }

    /// One certificate for every host name.
    public convenience init(certificateFile: String, keyFile: String, clientCA: String? = nil) throws {
        try self.init(
            TLSSettings(
                pairs: [.init(certificateFile: certificateFile, keyFile: keyFile)], clientAuthorities: clientCA.map { [$0] } ?? []))
    }

    /// Settings that were read and found good, not yet in use.
    public struct Prepared: Sendable {
        fileprivate let fresh: LoadedTLS
        fileprivate let context: TLSContext

        /// Uses them for connections that come from now on.
        public func install() {
            context.tickets.keep(life: fresh.settings.ticketLife.milliseconds / 1000)
            context.current.withLock { $0 = fresh }
        }
    }

    /// Reads other files, or the same again, without using them yet.
    ///
    /// - Throws: as `init`.
    public func prepare(_ settings: TLSSettings) throws -> Prepared {
        Prepared(fresh: try LoadedTLS(settings, tickets, clock), context: self)
    }

    /// Reads the same files again; open connections keep what they have. After an error the old ones stay in use.
    public func reload() throws { try prepare(loaded.settings).install() }

    /// Whether a file in use was replaced or rewritten since it was read.
    public var filesChanged: Bool {
        let loaded = loaded
        return loaded.settings.files.map(PEMFile.stamp) != loaded.stamps
    }

    /// Sentences about what will soon or already fail, such as an expired certificate; empty when all is well.
    public var warnings: [String] { loaded.warnings }

    /// What is in use.
    public var settings: TLSSettings { loaded.settings }

    /// Everything in use that ends at a known time.
    public var terms: [TLSTerm] { loaded.terms }

    private var loaded: LoadedTLS { current.withLock { $0 } }

    /// Whether clients are asked for a certificate.
    var asksForCertificate: Bool { loaded.verification != nil }

    /// Whether the peer's certificate would still be accepted; `true` where it has shown none.
    func stillAccepts(_ session: OpaquePointer) -> Bool {
        guard let certificate = SSL_get1_peer_certificate(session) else { return true }
        defer { X509_free(certificate) }
        return loaded.verification?.accepts(certificate) ?? false
    }

    /// The server's side of a connection.
    func newSession(_ descriptor: Int32) -> OpaquePointer? {
        let loaded = loaded
        guard let session = SSL_new(loaded.first.handle) else { return nil }
        guard SSL_set_fd(session, descriptor) == 1 else {
            SSL_free(session)
            return nil
        }
        SSL_set_accept_state(session)
        return session
    }

    /// The verified certificate of the peer (DER).
    static func peerCertificate(of session: OpaquePointer) -> [UInt8]? {
        guard let certificate = SSL_get1_peer_certificate(session) else { return nil }
        defer { X509_free(certificate) }
        guard SSL_get_verify_result(session) == Int(X509_V_OK) else { return nil }
        var bytes: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509(certificate, &bytes)
        guard count > 0, let start = bytes else { return nil }
        defer { CRYPTO_free(bytes, nil, 0) }
        return Array(UnsafeBufferPointer(start: start, count: Int(count)))
    }
}

/// All settings, read and in OpenSSL's hands: a context for each set of host names.
final class LoadedTLS: @unchecked Sendable {
    let settings: TLSSettings
    let stamps: [[Int]]
    let first: ServerContext
    let verification: PeerVerification?
    private(set) var warnings: [String] = []
    private(set) var terms: [TLSTerm] = []

    init(_ settings: TLSSettings, _ tickets: TicketKeys, _ clock: @escaping @Sendable () -> Int64) throws {
        self.settings = settings
        // Before reading: what changes meanwhile is noticed.
        stamps = settings.files.map(PEMFile.stamp)
        ERR_clear_error()
        verification = settings.clientAuthorities.isEmpty && settings.revocationLists.isEmpty
            ? nil : try PeerVerification(authorities: settings.clientAuthorities, lists: settings.revocationLists)
        terms = verification?.terms ?? []
        var groups: [(hosts: Set<String>, pairs: [TLSSettings.Pair])] = []
        for pair in settings.pairs {
            let hosts = Set(pair.hosts.map { $0.lowercased() })
            if let place = groups.firstIndex(where: { $0.hosts == hosts }) {
                groups[place].pairs.append(pair)
            } else {
                groups.append((hosts, [pair]))
            }
        }
        // Clients that name no host, or one that nobody is for, get the pair for everyone, or the first.
        if let everyone = groups.firstIndex(where: { $0.hosts.isEmpty }) { groups.swapAt(0, everyone) }
        guard !groups.isEmpty else { throw NetworkError("certificate", "没有配置任何证书。请补充证书与私钥。", log: "no certificate configured") }
        var table: [String: ServerContext] = [:]
        var made: [ServerContext] = []
        for group in groups.dropFirst() {
            let context = try ServerContext(group.pairs, tickets, verification, others: [:], clock)
            made.append(context)
            for host in group.hosts {
                guard table.updateValue(context, forKey: host) == nil else {
                    throw NetworkError(
                        "host-twice", "主机名“\(host)”出现在两组证书中。请让每个主机名只属于一组。", log: "a host name is in two groups")
                }
            }
        }
        for host in groups[0].hosts { table[host] = nil }
        first = try ServerContext(groups[0].pairs, tickets, verification, others: table, clock)
        for context in [first] + made {
            warnings += context.warnings
            terms += context.terms
        }
    }
}

import Bus
import Exchange
import Gateway
import Identity
import Messages
import Network
import Pages
import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Host {
    /// How the host is now.
    func report() -> HostReport {
        let wanted = [
            ("http_connections_open", "打开的连接"), ("http_requests_total", "启动以来的请求"), ("http_overloads_total", "因过载拒绝的请求"),
            ("http_refused_requests_total", "因过于频繁拒绝的请求"), ("http_refused_address_total", "因同一地址连接过多拒绝的连接"),
            ("tls_handshake_failures_total", "失败的握手"), ("http_protocol_faults_total", "不合协议的请求"),
        ]
        let values = Dictionary(server.metrics.values.map { ($0.name, $0.value) }) { first, _ in first }
        return HostReport(
            version: ShuniuProgram.version, startedAt: startedAt, sites: sites.count, memory: Self.residentBytes(),
            terms: expiry.terms.map { .init($0.title, until: $0.until, site: $0.site) },
            figures: wanted.map { HostReport.Figure($0.1, values[$0.0] ?? 0) } + [
                HostReport.Figure("等待校验的密码", surroundings.passwords.waiting), HostReport.Figure("等待的耗时查询", gateway.heavyWaiting),
            ])
    }

    /// What the listener shows and checks, as terms.
    static func terms(of tls: TLSContext) -> [ExpiryWatch.Term] {
        tls.terms.map { term in
            let name = term.file.split(separator: "/").last.map(String.init) ?? term.file
            let title =
                switch term.kind {
                case .certificate: "服务器证书"
                case .clientAuthority: "客户端根证书"
                case .revocationList: "吊销列表"
                case .ocspResponse: "OCSP 响应"
                }
            return ExpiryWatch.Term(
                what: "\(term.kind.rawValue):\(name)", title: "\(title) \(name)", until: Timestamp(milliseconds: term.until * 1000))
        }
    }

    /// What ends at the sites: contracts, keys and certificates of partners, and the keys that sign receipts; from memory.
    static func terms(of sites: [Site]) -> [ExpiryWatch.Term] {
        sites.flatMap { site -> [ExpiryWatch.Term] in
            let id = site.card.id
            let partners = site.identity.partnerList().flatMap { client in
                (site.identity.partnerEntry(client.id)?.ends ?? []).map { end in
                    ExpiryWatch.Term(
                        what: "partner-\(end.kind.rawValue):\(id)/\(client.id)", title: "\(end.kind.title) \(client.id)（\(client.organisation.name)）",
                        until: end.until, site: id)
                }
            }
            let key = site.exchange.signingKeyEnds.map { ExpiryWatch.Term(what: "receipt-key:\(id)", title: "回执签名密钥", until: $0, site: id) }
            return partners + [key].compactMap { $0 }
        }
    }

    /// Takes up certificates, revocation lists and responses that were replaced on disk; after an error the old ones stay.
    func followFiles() {
        let wanted = configuration.tls
        guard tls.filesChanged || tls.settings != wanted else { return }
        do {
            try tls.prepare(wanted).install()
            server.dropRefusedPeers()
            surroundings.log(.info, "certificates-reloaded", "changed certificate files are in use")
        } catch {
            surroundings.log(
                .error, "certificates-failed", "changed certificate files cannot be used; the old ones stay",
                ("reason", (error as? NetworkError)?.code ?? "\(error)"))
        }
    }

    /// Resident memory of the process (proc_pid_statm).
    static func residentBytes() -> Int64 {
        let fields = PrivateFile.text("/proc/self/statm")?.split(separator: " ") ?? []
        guard fields.count > 1, let pages = Int64(fields[1]) else { return 0 }
        return pages * Int64(sysconf(Int32(_SC_PAGESIZE)))
    }
}

import Crypto
import Vocabulary

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The host's own certificate authority in `data/_ca`: key, certificate, register of serials, revocation list.
///
/// The register only grows and is on disk before a certificate leaves the house, so nothing is issued that cannot be revoked.
struct CertificateOffice {
    let folder: String
    let clock: TimeSource

    private var now: Int64 { clock.now.milliseconds / 1000 }
    private func file(_ name: String) -> String { "\(folder)/\(name)" }
    var certificateFile: String { file("ca.pem") }
    var listFile: String { file("crl.pem") }

    /// One line of the register.
    struct Entry {
        var serial: String
        var name: String
        var organisation: String
        var purpose: String
        /// Seconds since 1970.
        var issuedAt: Int64
        var until: Int64
        var revokedAt: Int64?
        var reason: Revocation.Reason?
    }

    static let reasons: [(name: String, reason: Revocation.Reason)] = [
        ("unspecified", .unspecified), ("key-compromise", .keyCompromise), ("affiliation-changed", .affiliationChanged),
        ("superseded", .superseded), ("cessation", .cessationOfOperation),
    ]

    /// Makes the authority and an empty revocation list.
    func found(_ name: String, days: Int) throws -> Certificate {
        guard PrivateFile.mode(file("ca.key")) == nil, PrivateFile.mode(certificateFile) == nil else {
            throw CommandProblem.refused("目录 \(folder) 中已有根证书，未作任何改动。更换根证书前请先移走该目录，并为所有合作方重新签发。")
        }
        try PrivateFile.makeFolder(folder)
        let (authority, key) = try CertificateAuthority.create(name, .days(days, now: now))
        try PrivateFile.create(file("ca.key"), key.pem, mode: 0o600)
        try PrivateFile.create(file("register.tsv"), [], mode: 0o600)
        try PrivateFile.create(certificateFile, authority.certificate.pem, mode: 0o644)
        try writeList(authority, [], days: 30)
        return authority.certificate
    }

    /// A certificate with a new key, or for the key of a request; already in the register.
    func issue(
        _ subject: CertificateAuthority.Subject, _ purpose: CertificateAuthority.Purpose, days: Int, request: [UInt8]?
    ) throws -> (certificate: Certificate, key: SigningKey?) {
        try alone {
            let authority = try authority()
            let span = CertificateAuthority.Span.days(days, now: now)
            guard span.until <= authority.certificate.validUntil else {
                let left = (authority.certificate.validUntil - now) / 86_400
                throw CommandProblem.refused("有效期 \(days) 天超过根证书剩余的 \(left) 天。请缩短 --days，或先更换根证书。")
            }
            let made: (Certificate, SigningKey?) =
                if let request { (try authority.issue(request: request, subject, purpose, span), nil) } else {
                    try authority.issue(subject, purpose, span)
                }
            try append([
                "issued", made.0.serial, String(now), String(span.until), purpose.rawValue, subject.organisation ?? "", subject.name,
            ])
            return made
        }
    }

    /// Takes a certificate back and signs a new list at once.
    func revoke(_ serial: String, _ reason: Revocation.Reason) throws -> Entry {
        try alone {
            let entries = try entries()
            let wanted = serial.uppercased().replacing(":", with: "")
            guard var entry = entries.first(where: { $0.serial == wanted }) else {
                throw CommandProblem.refused("登记簿中没有序列号 \(wanted.prefix(40))。请用 shuniu ca list 查看。")
            }
            if let at = entry.revokedAt {
                throw CommandProblem.refused("证书 \(entry.name)（\(wanted)）已于 \(Timestamp(milliseconds: at * 1000)) 吊销，无需再次吊销。")
            }
            let authority = try authority()
            try append(["revoked", wanted, String(now), String(reason.rawValue)])
            entry.revokedAt = now
            entry.reason = reason
            try writeList(authority, try self.entries(), days: 30)
            return entry
        }
    }

    /// Signs the revocation list anew.
    func renewList(days: Int) throws -> RevocationList {
        try alone { try writeList(try authority(), try entries(), days: days) }
    }

    /// Everything ever issued, oldest first.
    func entries() throws -> [Entry] {
        guard let text = PrivateFile.text(file("register.tsv")) else { throw missing }
        var entries: [Entry] = []
        for (number, line) in text.split(separator: "\n").enumerated() {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            if fields.count == 7, fields[0] == "issued", let at = Int64(fields[2]), let until = Int64(fields[3]) {
                entries.append(
                    Entry(serial: fields[1], name: fields[6], organisation: fields[5], purpose: fields[4], issuedAt: at, until: until))
            } else if fields.count == 4, fields[0] == "revoked", let at = Int64(fields[2]),
                let place = entries.firstIndex(where: { $0.serial == fields[1] })
            {
                entries[place].revokedAt = at
                entries[place].reason = Int(fields[3]).flatMap(Revocation.Reason.init(rawValue:)) ?? .unspecified
            } else {
                throw CommandProblem.refused("登记簿 \(file("register.tsv")) 第 \(number + 1) 行无法识别。请从备份恢复该文件。")
            }
        }
        return entries
    }

    // MARK: Files

    private var missing: CommandProblem {
        .refused("目录 \(folder) 中没有根证书。请先运行 shuniu ca init。")
    }

    private func authority() throws -> CertificateAuthority {
        guard let certificate = PrivateFile.text(certificateFile), let key = PrivateFile.text(file("ca.key")) else { throw missing }
        guard let mode = PrivateFile.mode(file("ca.key")), mode & 0o077 == 0 else {
            throw CommandProblem.refused("私钥 \(file("ca.key")) 可被其他用户读取。请执行 chmod 600，并考虑更换根证书。")
        }
        do {
            return try CertificateAuthority(
                certificate: try Certificate(pem: Array(certificate.utf8)), key: try SigningKey(pem: Array(key.utf8)))
        } catch {
            throw CommandProblem.refused("目录 \(folder) 中的根证书或私钥无法使用（\(error)）。请从备份恢复。")
        }
    }

    @discardableResult
    private func writeList(_ authority: CertificateAuthority, _ entries: [Entry], days: Int) throws -> RevocationList {
        let revoked = entries.compactMap { entry in
            entry.revokedAt.map { Revocation(serial: entry.serial, at: $0, reason: entry.reason ?? .unspecified) }
        }
        // Milliseconds grow from list to list.
        let list = try authority.revocationList(
            revoked, number: clock.now.milliseconds, .init(from: now - 60, until: now + Int64(days) * 86_400))
        try PrivateFile.replace(listFile, list.pem, mode: 0o644)
        return list
    }

    private func append(_ fields: [String]) throws {
        try PrivateFile.append(file("register.tsv"), Array((fields.joined(separator: "\t") + "\n").utf8))
    }

    /// One process at a time.
    private func alone<T>(_ body: () throws -> T) throws -> T {
        let descriptor = open(file("register.tsv"), O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw missing }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw CommandProblem.system("不能锁定 \(file("register.tsv"))", errno) }
        return try body()
    }
}

import Bus
import Crypto
import Messages
import SchoolContracts
import Store

/// Keys of the school, each made in the transaction that needs it first and kept in the school's own file.
struct SchoolSecret {
    let name: String

    /// Makes the codes that open a page without an account.
    static let passes = SchoolSecret(name: "passes")
    /// Signs the site's certificates.
    static let certificates = SchoolSecret(name: "certificates")
    /// Signs the tickets of one class.
    static func tickets(of schoolClass: ClassID) -> SchoolSecret { SchoolSecret(name: "tickets/\(schoolClass)") }
}

extension Transaction {
    /// The key, made now where there is none.
    @discardableResult
    func secret(_ secret: SchoolSecret) throws -> [UInt8] { try keep(secret) { Secrets.random(32) } }

    /// The key that signs, made now where there is none.
    @discardableResult
    func makeSigningKey(_ secret: SchoolSecret) throws -> SigningKey {
        try SigningKey(pem: keep(secret) { try SigningKey.generate().pem })
    }

    private func keep(_ secret: SchoolSecret, make: () throws -> [UInt8]) throws -> [UInt8] {
        if let known = try kept(secret) { return known }
        let fresh = try make()
        try run("INSERT INTO secret (name, value, made_at) VALUES (?, ?, ?)", secret.name, fresh, now)
        return fresh
    }
}

extension Transaction {
    /// Keys for classes that were published before tickets were signed.
    func makeTicketKeys() throws {
        let bare = try rows(
            "SELECT id FROM class WHERE state = 'published' AND NOT EXISTS (SELECT 1 FROM secret WHERE name = 'tickets/' || class.id)"
        ) { try $0.get(0, as: ClassID.self) }
        for id in bare { try makeSigningKey(.tickets(of: id)) }
    }
}

extension SQLReading {
    fileprivate func kept(_ secret: SchoolSecret) throws -> [UInt8]? {
        try value("SELECT value FROM secret WHERE name = ?", secret.name)
    }

    /// The key that signs; `nil` while it was never needed.
    func signingKey(_ secret: SchoolSecret) throws -> SigningKey? { try kept(secret).map { try SigningKey(pem: $0) } }

    /// A code that nobody can guess, made from the school's key; 26 letters and digits.
    ///
    /// - Returns: `nil` while nobody was ever registered.
    func openingCode(of purpose: String) throws -> String? {
        try kept(.passes).map { OpeningCode.make(purpose, key: $0) }
    }

    /// The pass code of a registration; another one once another person took the place.
    func passCode(of row: RegistrationRow) throws -> String? {
        try openingCode(of: row.issue == 1 ? "pass/\(row.id)" : "pass/\(row.id)/\(row.issue)")
    }

    /// The registration that number and code open together.
    func registration(_ id: RegistrationID, code: String) throws -> RegistrationRow {
        let row = try registration(id)
        guard let wanted = try passCode(of: row), Secrets.areEqual(Array(wanted.utf8), Array(code.utf8)) else {
            throw SchoolRefusal.unknown(id)
        }
        return row
    }

    /// The signed ticket, while a seat is held for sure.
    func ticket(of row: RegistrationRow) throws -> String? {
        guard row.state == .enrolled, let key = try signingKey(.tickets(of: row.schoolClass)) else { return nil }
        return try Ticket(registration: row.id, issue: row.issue).signed(by: key)
    }
}

enum OpeningCode {
    /// 16 bytes of HMAC-SHA-256 in base 32, lower case.
    static func make(_ purpose: String, key: [UInt8]) -> String {
        String(
            Base32.encode(Array(Digest.sha256.mac(key: key, Array(purpose.utf8)).prefix(16))).lowercased().filter {
                $0 != "="
            })
    }
}

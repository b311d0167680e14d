import Bus
import Crypto
import Messages
import SchoolContracts
import Store

/// Keys of the school, each made in the transaction that needs it first and kept in the school's own file.
enum SchoolSecret: String {
    /// Makes pass codes.
    case passes
}

extension Transaction {
    /// The key, made now where there is none.
    @discardableResult
    func secret(_ name: SchoolSecret) throws -> [UInt8] {
        if let known: [UInt8] = try value("SELECT value FROM secret WHERE name = ?", name.rawValue) { return known }
        let fresh = Secrets.random(32)
        try run("INSERT INTO secret (name, value, made_at) VALUES (?, ?, ?)", name.rawValue, fresh, now)
        return fresh
    }
}

extension SQLReading {
    /// The pass code of a registration: 26 letters and digits that nobody can guess, made from the school's key.
    ///
    /// - Returns: `nil` while nobody was ever registered.
    func passCode(of id: RegistrationID) throws -> String? {
        guard let key: [UInt8] = try value("SELECT value FROM secret WHERE name = ?", SchoolSecret.passes.rawValue) else { return nil }
        return PassCode.make(id, key: key)
    }

    /// The registration that number and code open together.
    func registration(_ id: RegistrationID, code: String) throws -> RegistrationRow {
        guard let wanted = try passCode(of: id), Secrets.areEqual(Array(wanted.utf8), Array(code.utf8)) else {
            throw SchoolRefusal.unknown(id)
        }
        return try registration(id)
    }
}

enum PassCode {
    /// 16 bytes of HMAC-SHA-256 in base 32, lower case.
    static func make(_ id: RegistrationID, key: [UInt8]) -> String {
        String(Base32.encode(Array(Digest.sha256.mac(key: key, Array("pass/\(id)".utf8)).prefix(16))).lowercased().filter { $0 != "=" })
    }
}

import Crypto
import COpenSSL

/// A stored password: scrypt (RFC 7914) with its parameters, written as a PHC string
/// `$scrypt$ln=15,r=8,p=1$<salt>$<hash>` (base64 without padding).
struct PasswordHash: Hashable, Sendable {
    /// What one hash costs: time and memory 128·N·r bytes, N = 2^`logN`.
    struct Cost: Hashable, Sendable {
        /// 10…20; 15 is 32 MiB and 60…100 ms on the machines this runs on.
        var logN: Int
        var r: Int
        var p: Int
    }

    var cost: Cost
    var salt: [UInt8]
    var digest: [UInt8]

    /// Hashes a password with a fresh 16-byte salt. Blocks for as long as the cost says: only on `PasswordWorkers`.
    static func make(_ password: String, cost: Cost) throws -> PasswordHash {
        let salt = Secrets.random(16)
        return PasswordHash(cost: cost, salt: salt, digest: try derive(password, salt: salt, cost: cost))
    }

    /// Whether the password fits. Blocks like `make`.
    func matches(_ password: String) throws -> Bool {
        Secrets.areEqual(try Self.derive(password, salt: salt, cost: cost), digest)
    }

    private static func derive(_ password: String, salt: [UInt8], cost: Cost) throws -> [UInt8] {
        var key = [UInt8](repeating: 0, count: 32)
        let secret = password.utf8.map { CChar(bitPattern: $0) }
        let size = UInt64(1) << UInt64(cost.logN)
        // libcrypto's own ceiling of 32 MiB lies just below what N = 2^15, r = 8 needs.
        let memory = 128 * UInt64(cost.r) * (size + UInt64(cost.p) + 2) + (1 << 20)
        let done = EVP_PBE_scrypt(
            secret, secret.count, salt, salt.count, size, UInt64(cost.r), UInt64(cost.p), memory, &key, key.count)
        guard done == 1 else {
            ERR_clear_error()
            throw IdentityRefusals.hashingFailed
        }
        return key
    }
}

extension PasswordHash: LosslessStringConvertible {
    var description: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.r),p=\(cost.p)$\(Base64.encode(salt))$\(Base64.encode(digest))"
    }

    /// Parses the stored text; `nil` for another algorithm or parameters outside what this program is ready to spend.
    init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt" else { return nil }
        var numbers: [Int] = []
        for (field, name) in zip(parts[2].split(separator: ",", omittingEmptySubsequences: false), ["ln=", "r=", "p="])
        {
            guard field.hasPrefix(name), let number = Int(field.dropFirst(name.count)) else { return nil }
            numbers.append(number)
        }
        guard numbers.count == 3, (4...20).contains(numbers[0]), (1...16).contains(numbers[1]),
            (1...8).contains(numbers[2]),
            let salt = Base64.decode(parts[3]), let digest = Base64.decode(parts[4]), salt.count >= 8,
            digest.count == 32
        else { return nil }
        self.init(cost: Cost(logN: numbers[0], r: numbers[1], p: numbers[2]), salt: salt, digest: digest)
    }
}

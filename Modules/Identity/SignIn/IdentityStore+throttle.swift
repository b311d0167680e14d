import Crypto
import Messages
import Store
import Synchronization
import Vocabulary

extension IdentityStore {
    /// What is guessed; each has its own failures, so that one step's do not close the other.
    enum Guessing: String { case password, code }

    /// The keys an attempt counts for: the known browser's own, or the name's and the address's.
    func throttleKeys(_ what: Guessing, login: String, account: MessageID?, _ origin: Origin) -> [Throttle.Key] {
        if let account, let nonce = browsers.nonce(in: origin.browser, of: account, now: clock.now) {
            return [.init(kind: .browser, hash: throttleHash(login, "\(what.rawValue)/browser/\(nonce.hexadecimal)"))]
        }
        return [
            .init(kind: .account, hash: throttleHash(login, "\(what.rawValue)/account")),
            .init(kind: .address, hash: Digest.sha256.mac(key: csrf.secret, "throttle/address/\(AddressKey.make(origin.address))".utf8)),
        ]
    }

    /// Names, browsers and addresses are watched by keyed hashes: the table holds no addresses and no mistyped passwords. All of one login
    /// name begin alike, so that a reset finds them.
    func throttleHash(_ login: String, _ rest: String) -> [UInt8] {
        throttlePrefix(login) + Digest.sha256.mac(key: csrf.secret, "throttle/name/\(login)\n\(rest)".utf8).dropFirst(Throttle.Key.prefixLength)
    }

    func throttlePrefix(_ login: String) -> [UInt8] {
        Array(Digest.sha256.mac(key: csrf.secret, "throttle/prefix/\(login)".utf8).prefix(Throttle.Key.prefixLength))
    }

    func begin(_ keys: [Throttle.Key]) throws {
        let now = clock.now
        if case .wait(let rest) = throttle.withLock({ $0.begin(keys, now: now) }) { throw IdentityRefusals.mustWait(rest) }
    }

    func recordFailure(_ event: AuditEvent, _ keys: [Throttle.Key], account: Account?, address: String) async throws {
        let now = clock.now
        let (counters, isFirstWait) = throttle.withLock { $0.fail(keys, now: now) }
        let actor = account?.actor ?? .visitor
        try await file.write { writer in
            try Self.keep(counters, at: now, in: writer)
            let record = AuditRecord(
                event, account: account?.id, login: account?.login.description, address: address, outcome: .refused)
            try self.append(record, by: actor, at: now, to: writer)
            if isFirstWait {
                var wait = record
                wait.event = .signInThrottled
                try self.append(wait, by: actor, at: now, to: writer)
            }
        }
    }

    /// Writes counters down, so that a restart changes nothing.
    static func keep(_ counters: [Throttle.Key: Throttle.Counter], at now: Timestamp, in writer: StoreWriter) throws {
        try writer.run("DELETE FROM throttle WHERE forget_at <= ?", now.milliseconds)
        for (key, counter) in counters {
            try writer.run(
                "INSERT INTO throttle(key, kind, failures, locked_until, forget_at) VALUES(?, ?, ?, ?, ?) ON CONFLICT(key) DO UPDATE"
                    + " SET failures = excluded.failures, locked_until = excluded.locked_until, forget_at = excluded.forget_at",
                key.hash, key.kind.rawValue, counter.failures, counter.lockedUntil?.milliseconds, counter.forgetAt.milliseconds)
        }
    }

    /// What waited before the host stopped waits on.
    static func storedThrottle(_ reader: some SQLReading) throws -> [(key: Throttle.Key, counter: Throttle.Counter)] {
        try reader.rows("SELECT key, kind, failures, locked_until, forget_at FROM throttle") { row in
            let until: Int64? = try row.get(3)
            let key = Throttle.Key(kind: Throttle.Kind(rawValue: try row.get(1, as: String.self)) ?? .account, hash: try row.get(0))
            return (
                key,
                Throttle.Counter(
                    failures: try row.get(2), lockedUntil: until.map(Timestamp.init(milliseconds:)),
                    forgetAt: Timestamp(milliseconds: try row.get(4)))
            )
        }
    }
}

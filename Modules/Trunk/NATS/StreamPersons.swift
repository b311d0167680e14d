import Bus
import Crypto
import Messages
import Synchronization
import Vocabulary

/// Personal values in streams: each sealed under a key of its person that stands in a message of its own, `….<site>._key._p.<plug-in>.…`,
/// so that an erasure is the secure deletion of that message, and everything else in the stream stays as it is.
///
/// In a payload such a value is `sealed:<person>:<mark>.<AES-256-GCM>`, bound to the log and the person; the mark names the key.
enum StreamPersons {
    static func context(_ source: String, _ person: PersonID) -> [UInt8] { Array("\(source)/\(person)".utf8) }

    /// A key that must stand in the stream before what is sealed under it.
    struct Fresh: Sendable {
        var subject: String
        var key: [UInt8]
    }

    /// The keys that this run of a writer made; kept until its claim ends, each person's at most so long as there are few.
    final class Sealing: Sendable {
        private let keys = Mutex<[String: [PersonID: (mark: String, key: [UInt8])]]>([:])
        private static let most = 20_000

        /// The claim ended, or a person was erased: keys are made anew.
        func forget(_ source: String, _ person: PersonID? = nil) {
            keys.withLock { if let person { $0[source]?[person] = nil } else { $0[source] = nil } }
        }

        func forget(site: String) { keys.withLock { keys in for source in keys.keys where source.hasPrefix("\(site)/") { keys[source] = nil } } }

        /// The entries as they go into the stream, and the keys that must be there before.
        func close(_ entries: ArraySlice<CarriedEntry>, of source: String, _ names: StreamNames, _ network: NetworkKeys) throws -> (entries: [CarriedEntry], fresh: [Fresh]) {
            var fresh: [Fresh] = []
            let closed = try entries.map { entry -> CarriedEntry in
                var entry = entry
                let payload = try entry.replacingPersonal { person, opaque in
                    guard let plain = Base64.decodeURL(opaque) else { return "" }
                    let known = keys.withLock { $0[source]?[person] }
                    let (mark, key) = known ?? (Secrets.random(8).hexadecimal, Secrets.random(AES256GCM.keyLength))
                    if known == nil {
                        keys.withLock { keys in
                            if keys[source]?.count ?? 0 >= Self.most { keys[source] = nil }
                            keys[source, default: [:]][person] = (mark, key)
                        }
                        fresh.append(Fresh(subject: names.personKey(source, network.tokens(of: person, in: source)[0], mark), key: key))
                    }
                    return "\(mark).\(Base64.encodeURL(try AES256GCM.seal(plain, key: key, context: context(source, person))))"
                }
                if let payload { entry.payload = payload }
                return entry
            }
            return (closed, fresh)
        }
    }

    /// Fetches keys when a value needs one; a key that is not there any more leaves the value erased.
    final class Opening: Sendable {
        private let known = Mutex<[String: [UInt8]]>([:])
        private static let most = 20_000

        func forget() { known.withLock { $0 = [:] } }

        func open(_ entry: CarriedEntry, of source: String, _ holder: StreamHolder) throws -> CarriedEntry {
            var entry = entry
            let payload = try entry.replacingPersonal { person, opaque in
                // What was published before there were keys of persons.
                guard let dot = opaque.firstIndex(of: ".") else { return String(opaque) }
                let mark = String(opaque[..<dot])
                guard mark.utf8.count == 16, mark.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }),
                    let sealed = Base64.decodeURL(opaque[opaque.index(after: dot)...]), let key = try key(mark, person, source, holder)
                else { return "" }
                return Base64.encodeURL(try AES256GCM.open(sealed, key: key, context: context(source, person)))
            }
            if let payload { entry.payload = payload }
            return entry
        }

        private func key(_ mark: String, _ person: PersonID, _ source: String, _ holder: StreamHolder) throws -> [UInt8]? {
            let name = "\(source) \(person) \(mark)"
            if let key = known.withLock({ $0[name] }) { return key }
            let key = try holder.personKey(mark, of: person, in: source)
            guard let key else { return nil }
            known.withLock { known in
                if known.count >= Self.most { known = [:] }
                known[name] = key
            }
            return key
        }
    }
}

extension NetworkKeys {
    /// Names of a person in the subjects of a log's keys, which say nothing to the broker: under the key that seals now, then the others.
    func tokens(of person: PersonID, in source: String) -> [String] {
        all.map { Array(Digest.sha256.mac(key: $0, Array("person/\(source)/\(person)".utf8)).prefix(12)).hexadecimal }
    }
}

extension StreamNames {
    func personKey(_ source: String, _ token: String, _ mark: String) -> String { "\(personKeys(source))\(token).\(mark)" }

    /// All keys of one person in a log.
    func personKeys(_ source: String, _ token: String) -> String { "\(personKeys(source))\(token).*" }

    private func personKeys(_ source: String) -> String {
        let parts = source.split(separator: "/", maxSplits: 1)
        return "shuniu.\(network).\(parts.first ?? "")._key._p.\(parts.count > 1 ? parts[1] : "")."
    }
}

extension StreamHolder {
    /// `nil`: it was destroyed.
    func personKey(_ mark: String, of person: PersonID, in source: String) throws -> [UInt8]? {
        let stream = names.stream(of: String(source.prefix { $0 != "/" }))
        for token in broker.keys.tokens(of: person, in: source) {
            guard let kept = try jetStream.last(stream, names.personKey(source, token, mark)) else { continue }
            return try broker.keys.open(kept.payload, of: kept.subject)
        }
        return nil
    }

    /// Deletes every key of the person from the stream, overwritten on the broker's disks; everything sent before must be answered.
    ///
    /// - Returns: how many there were.
    @discardableResult
    func destroyKeys(of person: PersonID, in source: String) throws -> Int {
        let stream = names.stream(of: String(source.prefix { $0 != "/" }))
        var count = 0
        for token in broker.keys.tokens(of: person, in: source) {
            while let kept = try jetStream.last(stream, names.personKeys(source, token)) {
                try jetStream.erase(kept.seq, of: stream)
                count += 1
            }
        }
        return count
    }
}

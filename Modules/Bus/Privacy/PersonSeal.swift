import Crypto
import Messages
import Store
import Synchronization
import Vocabulary

/// The keys of persons in one plug-in's file: values are sealed with AES-256-GCM under the key of the person they are about.
///
/// A key is made in the transaction of the first message that needs it, in the same file, so that neither can exist without the other.
/// Only keys read from a committed snapshot are remembered: one that a taken-back batch had made would seal values for nobody.
final class PersonKeys: Sendable {
    private let file: StoreFile
    private let plugin: String
    private let known = Mutex(Known())

    private struct Known {
        var keys: [PersonID: [UInt8]] = [:]
        /// Grows with every erasure: what was read before it is not remembered afterwards.
        var generation = 0
    }

    private static let remembered = 1024

    init(file: StoreFile, plugin: String) {
        self.file = file
        self.plugin = plugin
    }

    /// After an erasure.
    func forget() {
        known.withLock {
            $0.keys = [:]
            $0.generation += 1
        }
    }

    fileprivate func key(of person: PersonID) throws -> [UInt8]? {
        let (key, generation) = known.withLock { ($0.keys[person], $0.generation) }
        if let key { return key }
        guard let stored = try file.read({ try $0.personKey(person) }) else { return nil }
        known.withLock {
            guard $0.generation == generation else { return }
            if $0.keys.count >= Self.remembered { $0.keys.removeAll(keepingCapacity: true) }
            $0.keys[person] = stored
        }
        return stored
    }

    /// Binds a value to its place: a sealed text copied into another plug-in's file or to another person does not open.
    fileprivate func context(_ person: PersonID) -> [UInt8] { Array("\(plugin)/\(person)".utf8) }

    /// Encodes a message for this plug-in's file, its personal values sealed; notes whom it is about.
    ///
    /// - Parameter isOwn: `false` where another site brought the values.
    func encode(_ value: some Encodable, to writer: StoreWriter, isOwn: Bool) throws -> (bytes: [UInt8], persons: Set<PersonID>) {
        let sealer = Sealer(keys: self, writer: writer, isOwn: isOwn)
        let bytes = try PersonalData.sealing(with: sealer) { try JSON.encode(value) }
        return (bytes, sealer.persons)
    }

    /// Decodes what this plug-in's file holds.
    func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        try PersonalData.opening(with: opener) { try JSON.decode(type, from: bytes) }
    }

    var opener: any PersonalOpening { Opener(keys: self, writer: nil) }

    /// One value from a column that `seal` wrote.
    ///
    /// - Parameter writer: inside a transaction, so that a key made in it is found.
    func unseal<Value: Maskable & Codable>(_ type: Value.Type, _ text: String, writer: StoreWriter? = nil) throws -> Personal<Value> {
        try PersonalData.opening(with: Opener(keys: self, writer: writer)) { try JSON.decode(Personal<Value>.self, from: JSON.encode(text)) }
    }

    /// What came from another host, its readable personal values sealed under the keys of this file.
    func closed(_ value: JSONValue, to writer: StoreWriter) throws -> JSONValue {
        switch value {
        case .string(let text):
            guard let (person, opaque) = SealedText.parse(text), !opaque.isEmpty, let plain = Base64.decodeURL(opaque) else { return value }
            let sealed = try Sealer(keys: self, writer: writer, isOwn: false).seal(try JSONValue(parsing: plain), of: person)
            return .string("sealed:\(person):\(sealed)")
        case .array(let elements): return .array(try elements.map { try closed($0, to: writer) })
        case .object(let members): return .object(try members.map { .init($0.key, try closed($0.value, to: writer)) })
        default: return value
        }
    }

    /// One value as sealed text for a column of the plug-in's own.
    func seal(_ value: some Encodable, to writer: StoreWriter, isOwn: Bool) throws -> String {
        let (bytes, _) = try encode(value, to: writer, isOwn: isOwn)
        return try JSON.decode(String.self, from: bytes)
    }
}

/// Unchecked: lives inside one synchronous call on the lane's thread, like the writer it holds.
private final class Sealer: PersonalSealing, @unchecked Sendable {
    private let keys: PersonKeys
    private let writer: StoreWriter
    private let isOwn: Bool
    private(set) var persons: Set<PersonID> = []

    init(keys: PersonKeys, writer: StoreWriter, isOwn: Bool) {
        self.isOwn = isOwn
        self.keys = keys
        self.writer = writer
    }

    func seal(_ value: some Encodable, of person: PersonID) throws -> String {
        persons.insert(person)
        let plain = try JSON.encode(value)
        return Base64.encodeURL(try AES256GCM.seal(plain, key: key(of: person), context: keys.context(person)))
    }

    private func key(of person: PersonID) throws -> [UInt8] {
        // Asked of the file, not of the memory: the key may have been destroyed earlier in this very batch.
        if let stored = try writer.personKey(person) { return stored }
        let fresh = Secrets.random(AES256GCM.keyLength)
        try writer.addPersonKey(person, fresh, own: isOwn)
        return fresh
    }
}

/// Unchecked for the same reason, where it holds a writer.
private struct Opener: PersonalOpening, @unchecked Sendable {
    let keys: PersonKeys
    let writer: StoreWriter?

    func open<Value: Decodable>(_ type: Value.Type, _ sealed: Substring, of person: PersonID) throws -> Value? {
        guard let key = try writer.map({ try $0.personKey(person) }) ?? keys.key(of: person), let bytes = Base64.decodeURL(sealed),
            // Sealed under a key that was destroyed: another one may have been made since.
            let plain = try? AES256GCM.open(bytes, key: key, context: keys.context(person))
        else { return nil }
        return try JSON.decode(type, from: plain)
    }
}

import Crypto
public import Store

/// Finds rows by a personal number that the table does not hold in the open: HMAC-SHA-256 under a random key of the plug-in's own file.
///
/// It protects a column that is looked at, printed or copied alone, not a stolen file: who has the file has the key, and numbers are
/// few enough to be tried.
public struct BlindIndex: Sendable {
    private let name: String

    /// - Parameter name: of the table that keeps the key.
    public init(_ name: String) {
        precondition(name.utf8.allSatisfy { (97...122).contains($0) || $0 == 95 }, "'\(name)' is not a name like caller_key")
        self.name = name
    }

    /// The SQL of the migration that creates the table and draws the key.
    public var schema: String {
        """
        CREATE TABLE \(name) (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL CHECK (length(key) = 32)) STRICT;
        INSERT INTO \(name) (id, key) VALUES (1, randomblob(32));
        """
    }

    /// What stands in the column for a text; compare with `=`.
    public func digest(of text: String, in reading: some SQLReading) throws -> [UInt8] {
        let key: [UInt8] = try reading.value("SELECT key FROM \(name)") ?? []
        return Digest.sha256.mac(key: key, Array(text.utf8))
    }
}

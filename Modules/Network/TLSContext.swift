/// A certificate with its key, and whom it asks for certificates in turn. Reloading swaps it for new connections.
public final class TLSContext: Sendable {
    /// Reads PEM files. A key file may be shared with the certificate chain.
    /// - Throws: `NetworkError` that names the file: missing, unreadable, not PEM, key of another certificate.
    public init(certificateFile: String, keyFile: String, clientCA: String? = nil) throws {
        preconditionFailure("unfinished")
    }

    /// Reads the same files again; open connections keep what they have. After an error the old ones stay in use.
    public func reload() throws { preconditionFailure("unfinished") }

    /// Sentences about what will soon or already fail, such as an expired certificate; empty when all is well.
    public var warnings: [String] { preconditionFailure("unfinished") }
}

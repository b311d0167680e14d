/// What a listener shows to which host name, and whom it asks for a certificate in turn. Files are PEM unless said otherwise.
public struct TLSSettings: Sendable, Hashable {
    /// A certificate with its key.
    public struct Pair: Sendable, Hashable {
        /// Host names it is for, `*.` in front for every name one label below; empty: for everyone whom no other pair names.
        public var hosts: [String]
        /// The server's certificate first, then its chain.
        public var certificateFile: String
        public var keyFile: String
        /// An OCSP response (DER) about the certificate, stapled while it holds; the issuer must be in the chain.
        public var ocspFile: String?

        public init(hosts: [String] = [], certificateFile: String, keyFile: String, ocspFile: String? = nil) {
            self.hosts = hosts
            self.certificateFile = certificateFile
            self.keyFile = keyFile
            self.ocspFile = ocspFile
        }
    }

    /// One kind of key (ECDSA, RSA) at most once for the same hosts; the client's abilities choose between them.
    public var pairs: [Pair]
    /// Authorities whose client certificates are accepted; clients are then asked for one, but need not have one.
    public var clientAuthorities: [String]
    /// Revocation lists; where there is one, every authority must have one.
    public var revocationLists: [String]
    /// After so long a new key seals the session tickets; the one before it still opens them for as long again.
    public var ticketLife: Duration

    public init(
        pairs: [Pair], clientAuthorities: [String] = [], revocationLists: [String] = [], ticketLife: Duration = .seconds(12 * 3600)
    ) {
        self.pairs = pairs
        self.clientAuthorities = clientAuthorities
        self.revocationLists = revocationLists
        self.ticketLife = ticketLife
    }

    var files: [String] {
        pairs.flatMap { [$0.certificateFile, $0.keyFile] + ($0.ocspFile.map { [$0] } ?? []) } + clientAuthorities + revocationLists
    }
}

/// Something of the listener's that ends at a known time.
public struct TLSTerm: Sendable, Hashable {
    public enum Kind: String, Sendable { case certificate, clientAuthority, revocationList, ocspResponse }
    public var kind: Kind
    public var file: String
    /// Who it is about, or who made it.
    public var subject: String
    /// Seconds since 1970.
    public var until: Int64
}

public import Messages

/// Rows of a file came into the register.
public struct EnterprisesImported: Event {
    public static let name: WireName = "matching.enterprises-imported.v1"
    public var subject: String { "enterprises" }

    public var added: Int
    public var changed: Int
    public var same: Int
    public var rejected: Int

    public init(added: Int, changed: Int, same: Int, rejected: Int) {
        self.added = added
        self.changed = changed
        self.same = same
        self.rejected = rejected
    }
}

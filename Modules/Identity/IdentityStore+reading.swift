public import Messages
public import Store
import Vocabulary

/// Reading rows back into values.
extension IdentityStore {
    /// The account with this id; `nil` when there is none.
    public func account(_ id: MessageID) throws -> Account? {
        try file.read { try Self.account(in: $0, where: "id = ?", id.description) }
    }

    /// The account with this login name, in any case; `nil` when there is none.
    public func account(login: String) throws -> Account? {
        try file.read { try Self.account(in: $0, where: "login = ?", LoginName.folded(login)) }
    }

    /// All accounts by login name. A site has hundreds, not millions.
    public func accounts() throws -> [Account] { try file.read { try Self.accounts(in: $0) } }

    /// The same from any reader of a site's file, for the command line beside a running host.
    public static func accounts(in reader: some SQLReading) throws -> [Account] {
        try reader.rows("SELECT \(columns) FROM account ORDER BY login") { try account($0, in: reader) }
    }

    func credentials(login: String) throws -> (account: Account, hash: PasswordHash)? {
        try file.read { try Self.credentials(in: $0, where: "login = ?", login) }
    }

    func credentials(id: MessageID) throws -> (account: Account, hash: PasswordHash)? {
        try file.read { try Self.credentials(in: $0, where: "id = ?", id.description) }
    }

    static func account(in reader: some SQLReading, where clause: String, _ key: String) throws -> Account? {
        try reader.first("SELECT \(columns) FROM account WHERE \(clause)", key) { try account($0, in: reader) }
    }

    static func grants(of id: String, in reader: some SQLReading) throws -> [Grant] {
        try reader.rows("SELECT role, region FROM grant_ WHERE account = ? ORDER BY role, region", id) { row in
            Grant(Role(rawValue: try row.get(0)), in: RegionCode(try row.get(1, as: String.self)))
        }
    }

    private static let columns =
        "id, login, name, organisation, is_disabled, must_change, password_at, created_at, password,"
        + " EXISTS(SELECT 1 FROM second_factor WHERE second_factor.account = account.id AND secret IS NOT NULL),"
        + " (SELECT o.name FROM organisation o WHERE o.code = account.organisation)"

    private static func account(_ row: Row, in reader: some SQLReading) throws -> Account {
        let key: String = try row.get(0)
        guard let id = MessageID(key), let login = LoginName(try row.get(1, as: String.self)) else {
            throw IdentityDamage.row("account")
        }
        let organisation: String? = try row.get(3)
        return Account(
            id: id, login: login, name: try row.get(2), organisation: organisation.flatMap { CreditCode($0) }, organisationName: try row.get(10),
            isDisabled: try row.get(4, as: Int64.self) == 1, mustChangePassword: try row.get(5, as: Int64.self) == 1,
            hasSecondFactor: try row.get(9, as: Int64.self) == 1,
            passwordChangedAt: Timestamp(milliseconds: try row.get(6)),
            createdAt: Timestamp(milliseconds: try row.get(7)),
            grants: try grants(of: key, in: reader))
    }

    static func credentials(
        in reader: some SQLReading, where clause: String, _ key: String
    ) throws -> (account: Account, hash: PasswordHash)? {
        try reader.first("SELECT \(columns) FROM account WHERE \(clause)", key) { row in
            guard let hash = PasswordHash(try row.get(8, as: String.self)) else {
                throw IdentityDamage.row("account.password")
            }
            return (try account(row, in: reader), hash)
        }
    }
}

/// A row that this program did not write.
enum IdentityDamage: Error, CustomStringConvertible {
    case row(String)

    var description: String {
        switch self {
        case .row(let what):
            "_identity.sqlite holds a \(what) that cannot be read; run `shuniu log verify`, then restore a backup"
        }
    }
}

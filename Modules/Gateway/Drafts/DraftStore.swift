import Crypto
import Messages
public import Store
public import Vocabulary

/// What people typed and have not handed in: kept on the server, so that no time-out and no error loses it. One file per site.
///
/// A draft belongs to a browser (rescued, half an hour) or to an account (saved on purpose, thirty days), never to both, and is
/// shown to its holder only. Passwords and files are never in it.
public final class DraftStore: Sendable {
    public static let fileName = "_drafts.sqlite"
    public static let migrations = [
        Migration(
            1, "create draft",
            """
            CREATE TABLE draft (
              id BLOB NOT NULL PRIMARY KEY,
              holder TEXT NOT NULL,
              page TEXT NOT NULL,
              title TEXT NOT NULL,
              fields TEXT NOT NULL,
              account TEXT,
              saved_at INTEGER NOT NULL,
              until INTEGER NOT NULL
            ) STRICT;
            CREATE INDEX draft_holder ON draft (holder, saved_at);
            CREATE INDEX draft_until ON draft (until)
            """),
        Migration(
            2, "create uploads of the day",
            """
            -- Who is a digest: nothing here says more than that the same one came again.
            CREATE TABLE uploaded (
              caller TEXT NOT NULL PRIMARY KEY CHECK (length(caller) = 64),
              day TEXT NOT NULL,
              bytes INTEGER NOT NULL CHECK (bytes >= 0)
            ) STRICT, WITHOUT ROWID
            """),
    ]

    /// Most bytes of all names and values of one draft.
    static let mostBytes = 64 << 10
    /// Rescued drafts of one browser, and of all browsers of a site; the oldest make room.
    static let mostOfBrowser = 5
    static let mostOfBrowsers = 500
    /// Saved drafts of one account; another one is refused.
    static let mostOfAccount = 20
    static let rescuedFor: Duration = .seconds(30 * 60)
    static let savedFor: Duration = .seconds(30 * 86_400)

    /// Whose it is: `account/<id>`, or `browser/<hash of a cookie>`.
    struct Holder: Hashable, Sendable {
        let text: String
        var isAccount: Bool { text.hasPrefix("account/") }
        static func account(_ id: MessageID) -> Holder { Holder(text: "account/\(id)") }
        static func browser(_ cookie: String) -> Holder { Holder(text: "browser/\(SHA256Digest.of(Array(cookie.utf8)))") }
    }

    struct Draft: Sendable {
        var id: MessageID
        /// The page that shows the form, a path of the site.
        var page: String
        var title: String
        var savedAt: Timestamp
        var until: Timestamp
    }

    package let file: StoreFile
    private let clock: TimeSource
    private let key: [UInt8]
    /// For which the site's key gives the drafts their own.
    public static let purpose = "drafts"

    /// - Parameter key: 32 bytes; what people typed lies sealed under it.
    public init(file: StoreFile, clock: TimeSource, key: [UInt8]) {
        self.file = file
        self.clock = clock
        self.key = key
    }

    private func sealed(_ fields: [[String]], _ id: MessageID) throws -> String {
        Base64.encodePadded(try AES256GCM.seal(try JSON.encode(fields), key: key, context: Array(id.description.utf8)))
    }

    /// Drafts of an earlier version lie in plain.
    private func opened(_ text: String, _ id: MessageID) throws -> [[String]] {
        guard !text.hasPrefix("["), let bytes = Base64.decodePadded(text) else { return try JSON.decode([[String]].self, from: Array(text.utf8)) }
        return try JSON.decode([[String]].self, from: try AES256GCM.open(bytes, key: key, context: Array(id.description.utf8)))
    }

    /// What of a form may be kept: no passwords, none of the form's own hidden fields; `nil` when it is too much.
    static func keepable(_ pairs: [(name: String, value: String)]) -> [[String]]? {
        let secrets = Set(pairs.filter { $0.name == "_secret" }.map(\.value))
        let kept = pairs.filter { pair in
            let name = pair.name.lowercased()
            return !name.hasPrefix("_") && !secrets.contains(pair.name) && !name.contains("password") && !name.contains("secret")
        }
        let bytes = kept.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        return bytes <= mostBytes && kept.count <= 500 ? kept.map { [$0.name, $0.value] } : nil
    }

    /// Keeps a form. A draft of the same holder with that id is replaced.
    ///
    /// - Parameters:
    ///   - saved: on purpose, for thirty days; otherwise rescued, for half an hour.
    ///   - account: who was signed in when the form was opened, as far as known; nobody else is shown it.
    func keep(
        _ id: MessageID, of holder: Holder, page: String, title: String, fields: [[String]], saved: Bool, account: MessageID? = nil,
        then: @escaping @Sendable (Result<Void, any Error>) -> Void
    ) {
        let now = clock.now
        let until = now.advanced(by: saved ? Self.savedFor : Self.rescuedFor)
        file.enqueue { [self] writer in
            try writer.run("DELETE FROM draft WHERE until <= ?", now)
            if holder.isAccount {
                let others: Int = try writer.value("SELECT count(*) FROM draft WHERE holder = ? AND id <> ?", holder.text, id) ?? 0
                // What is rescued finds a little more room.
                guard others < Self.mostOfAccount + (saved ? 0 : Self.mostOfBrowser) else { throw Refusal.tooManyDrafts }
            } else {
                // The newest stay, of this browser and of all.
                try writer.run(
                    """
                    DELETE FROM draft WHERE id IN (
                      SELECT id FROM draft WHERE holder = ? ORDER BY saved_at DESC LIMIT -1 OFFSET ?)
                    """, holder.text, Self.mostOfBrowser - 1)
                try writer.run(
                    """
                    DELETE FROM draft WHERE id IN (
                      SELECT id FROM draft WHERE holder LIKE 'browser/%' ORDER BY saved_at DESC LIMIT -1 OFFSET ?)
                    """, Self.mostOfBrowsers - 1)
            }
            let text = try sealed(fields, id)
            try writer.run(
                """
                INSERT INTO draft (id, holder, page, title, fields, account, saved_at, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET page = excluded.page, title = excluded.title, fields = excluded.fields,
                  saved_at = excluded.saved_at, until = excluded.until WHERE holder = excluded.holder
                """, id, holder.text, page, title, text, account?.description, now, until)
        } then: { then($0) }
    }

    /// The fields of a draft of one of the holders; `nil` when there is none, or it is another person's.
    func fields(_ id: MessageID, of holders: [Holder], account: MessageID?) throws -> (page: String, pairs: [(name: String, value: String)])? {
        guard !holders.isEmpty else { return nil }
        let row = try file.read { snapshot in
            try snapshot.first(
                "SELECT holder, page, fields, account FROM draft WHERE id = ? AND until > ?", id, clock.now
            ) { row in
                (
                    holder: Holder(text: try row.get(0)), page: try row.get(1, as: String.self),
                    fields: try row.get(2, as: String.self), account: try row.get(3, as: String?.self)
                )
            }
        }
        guard let row, holders.contains(row.holder), row.account == nil || row.account == account?.description else { return nil }
        let pairs = try opened(row.fields, id)
        return (row.page, pairs.compactMap { $0.count == 2 ? ($0[0], $0[1]) : nil })
    }

    /// Saved drafts of an account, the newest first.
    func saved(by account: MessageID) throws -> [Draft] {
        try file.read { snapshot in
            try snapshot.rows(
                "SELECT id, page, title, saved_at, until FROM draft WHERE holder = ? AND until > ? ORDER BY saved_at DESC",
                Holder.account(account).text, clock.now
            ) {
                Draft(
                    id: try $0.get(0), page: try $0.get(1), title: try $0.get(2), savedAt: try $0.get(3), until: try $0.get(4))
            }
        }
    }

    /// Forgets whatever an account typed: the person is erased.
    func forget(account: MessageID) async throws {
        _ = try await file.write { writer in
            try writer.run("DELETE FROM draft WHERE holder = ? OR account = ?", Holder.account(account).text, account.description)
        }
    }

    /// Forgets a draft of one of the holders.
    func drop(_ id: MessageID, of holders: [Holder]) async throws {
        try await file.write { writer in
            for holder in holders { try writer.run("DELETE FROM draft WHERE id = ? AND holder = ?", id, holder.text) }
        }
    }
}

extension Refusal {
    static let tooManyDrafts = Refusal(
        "gateway.drafts", status: 409, message: "已保存 \(DraftStore.mostOfAccount) 份草稿，不能再保存。请先在“我的”中提交或删除不用的草稿。",
        log: "account has \(DraftStore.mostOfAccount) drafts")
    static let largeDraft = Refusal(
        "gateway.draft-size", status: 413, message: "填写的内容超过 \(DraftStore.mostBytes / 1024) KB，不能保存为草稿。请先提交，或分次填写。",
        log: "draft is too large")
}

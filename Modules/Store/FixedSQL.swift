/// The statements of the store that run for every command; each is prepared once per connection and found by number.
enum FixedSQL: Int, CaseIterable {
    case begin, beginRead, commit, rollback, savepoint, rollbackTo, release
    case append, setHead, reply, recordReply, moveCursor

    var text: String {
        switch self {
        case .begin: "BEGIN IMMEDIATE"
        case .beginRead: "BEGIN"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .savepoint: "SAVEPOINT command"
        case .rollbackTo: "ROLLBACK TO command"
        case .release: "RELEASE command"
        case .append:
            """
            INSERT INTO _log (seq, id, type, subject, time, actor_kind, actor_id, actor_name, organisation, \
            correlation, causation, target, reach, traceparent, payload, previous, hash) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """
        case .setHead: "UPDATE _head SET seq = ?1, hash = ?2 WHERE n = 1"
        case .reply: "SELECT reply, fingerprint FROM _done WHERE id = ?1"
        case .moveCursor:
            "INSERT INTO _cursor (source, seq) VALUES (?1, ?2) ON CONFLICT (source) DO UPDATE SET seq = excluded.seq"
        case .recordReply: "INSERT INTO _done (id, type, reply, time, fingerprint) VALUES (?1, ?2, ?3, ?4, ?5)"
        }
    }
}

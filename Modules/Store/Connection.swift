import CSQLite

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// One SQLite connection with its prepared statements. Confined: whoever holds it is alone with it.
final class Connection {
    /// A prepared statement; `busy` while its rows are being read, since a closure may run the same SQL again.
    final class Statement {
        let handle: OpaquePointer
        let parameters: Int
        /// Of its text, in bytes.
        private let length: Int
        var busy = false
        let isReadOnly: Bool

        init(handle: OpaquePointer) {
            self.handle = handle
            parameters = Int(sqlite3_bind_parameter_count(handle))
            length = sqlite3_sql(handle).map { strlen($0) } ?? -1
            isReadOnly = sqlite3_stmt_readonly(handle) != 0
        }

        /// Whether it was made of this very text.
        func isMade(of text: UnsafeBufferPointer<UInt8>) -> Bool {
            guard text.count == length, let own = sqlite3_sql(handle), let start = text.baseAddress else { return false }
            return memcmp(own, start, length) == 0
        }

        deinit { sqlite3_finalize(handle) }
    }

    let path: String
    let handle: OpaquePointer
    private var cache: [String: Statement] = [:]
    /// Statements by where their text lies in memory: a literal lies always in the same place, which saves hashing it.
    private var near: [Statement?] = []
    private static let nearPlaces = 128
    private var fixed: [Statement?] = []
    /// While true, statements being prepared are a plug-in's and may not touch the store's own things.
    private var guarding = false

    /// The end of the log as this writer sees it, the current command's own entries included.
    var head = LogHead.start
    /// Frames in the write-ahead log after the last commit.
    var walFrames = 0
    /// How often the log began anew before a commit of this connection.
    var newLogs = 0
    /// Of a page in the log, with what precedes it there.
    var frameBytes = 4096 + 24
    lazy var hasher = LogHasher()
    /// Statements run so far, for the guards that count them.
    var statements = 0
    /// Those of them that may have changed something, whether they succeeded or not.
    var changes = 0

    /// Statements kept beyond this many are let go together; a plug-in has a few dozen.
    private static let cacheLimit = 256

    /// - Parameter writes: it writes to the file or its log; both are then opened by the VFS in CSQLite's `files.h`.
    init(path: String, flags: Int32, writes: Bool = false) throws {
        self.path = path
        _ = Self.isCountingOff
        var opened: OpaquePointer?
        let vfs = writes && Self.hasVFS ? SHUNIU_VFS : nil
        let code = sqlite3_open_v2(path, &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
        guard code == SQLITE_OK, let opened else {
            let error = StoreError.from(code, handle: opened, path: path, statement: "open")
            sqlite3_close_v2(opened)
            throw error
        }
        handle = opened
        sqlite3_set_authorizer(
            handle, { context, action, first, _, _, _ in Connection.authorize(context, action, first) },
            Unmanaged.passUnretained(self).toOpaque())
    }

    deinit { close() }

    private(set) var isClosed = false

    func close() {
        guard !isClosed else { return }
        isClosed = true
        cache.removeAll()
        near.removeAll()
        fixed.removeAll()
        sqlite3_close_v2(handle)
    }

    // MARK: - Running

    /// Runs fixed SQL of the store without arguments, possibly several statements.
    func execute(_ sql: String) throws {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, sql) }
    }

    /// Steps through every row; the statement is reset afterwards, also after an error.
    func each(_ sql: String, binding arguments: [any SQLValue], guarded: Bool, _ body: (Row) throws -> Bool) throws {
        let statement = try prepared(sql, guarded: guarded)
        statements &+= 1
        if !statement.isReadOnly { changes &+= 1 }
        statement.busy = true
        defer { release(statement) }
        try bind(arguments, to: statement, sql)
        while true {
            let code = sqlite3_step(statement.handle)
            if code == SQLITE_DONE { return }
            guard code == SQLITE_ROW else { throw failure(code, sql) }
            guard try body(Row(statement: statement.handle)) else { return }
        }
    }

    /// Runs to the end and returns the number of changed rows.
    @discardableResult
    func run(_ sql: String, binding arguments: [any SQLValue], guarded: Bool) throws -> Int {
        try each(sql, binding: arguments, guarded: guarded) { _ in true }
        return Int(sqlite3_changes64(handle))
    }

    func scalar(_ sql: String) throws -> SQLScalar {
        var found = SQLScalar.null
        try each(sql, binding: [], guarded: false) { row in
            found = row.scalar(0)
            return false
        }
        return found
    }

    var inTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func failure(_ code: Int32, _ sql: String) -> StoreError {
        .from(code, handle: handle, path: path, statement: sql)
    }

    // MARK: - Statements

    /// The store's own hot statement, prepared once and found by number.
    func fixed(_ slot: FixedSQL) throws -> Statement {
        if fixed.isEmpty { fixed = Array(repeating: nil, count: FixedSQL.allCases.count) }
        if let statement = fixed[slot.rawValue] { return statement }
        let statement = try prepare(slot.text, guarded: false)
        fixed[slot.rawValue] = statement
        return statement
    }

    /// Steps a fixed statement that returns no rows. Values must be bound before.
    func step(_ slot: FixedSQL) throws {
        let statement = try fixed(slot)
        let code = sqlite3_step(statement.handle)
        statements &+= 1
        if !statement.isReadOnly { changes &+= 1 }
        sqlite3_reset(statement.handle)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure(code, slot.text) }
    }

    /// Ends the transaction, with `synchronous = FULL`, and writes its part of the log at once. After an error whoever called takes back what is left
    /// of the transaction.
    func commit() throws {
        shuniu_log_gather(handle)
        defer { shuniu_log_settle(handle) }
        try step(.commit)
    }

    /// Calls that wrote to the write-ahead log since it was opened, where `writes` was said.
    var logWrites: Int { Int(shuniu_log_writes(handle)) }

    private func prepared(_ sql: String, guarded: Bool) throws -> Statement {
        let place = sql.utf8.withContiguousStorageIfAvailable { text -> Int in
            if near.isEmpty { near = Array(repeating: nil, count: Self.nearPlaces) }
            return (Int(bitPattern: text.baseAddress) >> 3 ^ text.count) & (Self.nearPlaces - 1)
        }
        if let place, let known = near[place], !known.busy, sql.utf8.withContiguousStorageIfAvailable(known.isMade) ?? false { return known }
        let statement = try found(sql, guarded: guarded)
        if let place, !near.isEmpty { near[place] = statement }
        return statement
    }

    private func found(_ sql: String, guarded: Bool) throws -> Statement {
        if let known = cache[sql], !known.busy { return known }
        let statement = try prepare(sql, guarded: guarded)
        if cache.count >= Self.cacheLimit {
            cache = cache.filter { $0.value.busy }
            near.removeAll()
        }
        if cache[sql] == nil { cache[sql] = statement }
        return statement
    }

    private func prepare(_ sql: String, guarded: Bool) throws -> Statement {
        guarding = guarded
        defer { guarding = false }
        var sql = sql
        return try sql.withUTF8 { text in
            try text.withMemoryRebound(to: CChar.self) { text in
                var prepared: OpaquePointer?
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(
                    handle, text.baseAddress, Int32(text.count), UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, &tail)
                let shown = String(decoding: UnsafeRawBufferPointer(text), as: UTF8.self)
                guard code == SQLITE_OK else { throw failure(code, shown) }
                guard let prepared else { throw StoreError.sql(code: SQLITE_ERROR, message: "empty statement", statement: shown) }
                if let tail, let start = text.baseAddress, let rest = Optional(text[(tail - start)...]),
                    rest.contains(where: { $0 > 32 && $0 != 59 })
                {
                    sqlite3_finalize(prepared)
                    throw StoreError.sql(code: SQLITE_ERROR, message: "more than one statement", statement: shown)
                }
                return Statement(handle: prepared)
            }
        }
    }

    private func release(_ statement: Statement) {
        sqlite3_reset(statement.handle)
        if statement.parameters > 0 { sqlite3_clear_bindings(statement.handle) }
        statement.busy = false
    }

    private func bind(_ arguments: [any SQLValue], to statement: Statement, _ sql: String) throws {
        guard statement.parameters == arguments.count else {
            throw StoreError.sql(
                code: SQLITE_RANGE, message: "\(statement.parameters) values wanted, \(arguments.count) given", statement: sql)
        }
        var index: Int32 = 0
        for argument in arguments {
            index += 1
            let code = statement.bind(argument.sql, at: index)
            guard code == SQLITE_OK else { throw failure(code, sql) }
        }
    }

    /// SQLite counts every byte it takes under a lock of the whole process unless told not to; nobody asks for the sum.
    private static let isCountingOff = shuniu_sqlite_uncounted() == SQLITE_OK
    private static let hasVFS = shuniu_vfs_register() == SQLITE_OK

    // MARK: - What a plug-in's SQL may not do

    private static func authorize(
        _ context: UnsafeMutableRawPointer?, _ action: Int32, _ first: UnsafePointer<CChar>?
    ) -> Int32 {
        guard let context else { return SQLITE_OK }
        guard Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue().guarding else { return SQLITE_OK }
        switch action {
        case SQLITE_TRANSACTION, SQLITE_SAVEPOINT, SQLITE_ATTACH, SQLITE_DETACH: return SQLITE_DENY
        // FTS5 asks for this one itself while a search is prepared.
        case SQLITE_PRAGMA: return first.map { String(cString: $0) } == "data_version" ? SQLITE_OK : SQLITE_DENY
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE, SQLITE_DROP_TABLE, SQLITE_ALTER_TABLE:
            return first?.pointee == CChar(UInt8(ascii: "_")) ? SQLITE_DENY : SQLITE_OK
        default: return SQLITE_OK
        }
    }
}

extension Connection.Statement {
    func bind(_ value: SQLScalar, at index: Int32) -> Int32 {
        switch value {
        case .null: sqlite3_bind_null(handle, index)
        case .integer(let value): sqlite3_bind_int64(handle, index, value)
        case .real(let value): sqlite3_bind_double(handle, index, value)
        case .text(let value): bind(value, at: index)
        case .blob(let value): bind(value, at: index)
        }
    }

    @discardableResult func bind(_ value: Int64, at index: Int32) -> Int32 { sqlite3_bind_int64(handle, index, value) }

    @discardableResult func bind(_ value: String, at index: Int32) -> Int32 {
        var value = value
        return value.withUTF8 { bytes in
            // A nil base address would bind NULL.
            guard !bytes.isEmpty else { return sqlite3_bind_text(handle, index, "", 0, shuniu_sqlite_transient()) }
            return bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(handle, index, $0.baseAddress, Int32($0.count), shuniu_sqlite_transient())
            }
        }
    }

    @discardableResult func bind(_ value: [UInt8], at index: Int32) -> Int32 {
        guard !value.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        return value.withUnsafeBytes {
            sqlite3_bind_blob(handle, index, $0.baseAddress, Int32($0.count), shuniu_sqlite_transient())
        }
    }

    @discardableResult func bind(_ value: String?, at index: Int32) -> Int32 {
        if let value { bind(value, at: index) } else { sqlite3_bind_null(handle, index) }
    }

    @discardableResult func bind(_ value: (high: UInt64, low: UInt64)?, at index: Int32) -> Int32 {
        guard let value else { return sqlite3_bind_null(handle, index) }
        return withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) {
            sqlite3_bind_blob(handle, index, $0.baseAddress, 16, shuniu_sqlite_transient())
        }
    }
}

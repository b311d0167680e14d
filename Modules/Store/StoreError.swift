import CSQLite
public import Messages

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What goes wrong between a plug-in and its file. Texts hold names of tables and columns, never values.
public enum StoreError: Error, Sendable, Hashable {
    /// The disk (or the file's page limit) is full. Nothing of the command was kept.
    case diskFull(path: String)
    /// The disk could not be relied on while what was written was copied; nothing of the command was kept. Once all reads have ended, the file is
    /// opened anew from its log.
    case diskFailed(path: String)
    /// Another process owns the file.
    case locked(path: String, holder: String)
    /// SQLite or the store found content that cannot be right.
    case damaged(path: String, what: String)
    /// The file was written by a newer version of the program.
    case newerThanProgram(path: String, found: Int, known: Int)
    /// A released migration has another name or text now.
    case migrationChanged(path: String, number: Int, what: String)
    /// The migrations of the program are not numbered 1, 2, 3, …
    case migrationOrder(path: String, what: String)
    /// A write on a snapshot, or a file without write permission.
    case readOnly(path: String)
    /// A rule of the table: kind (`UNIQUE`, `CHECK`, `NOT NULL`, `FOREIGN KEY`) and what it names (`node.code`).
    case constraint(kind: String, what: String)
    /// A column holds something else than was asked for.
    case column(name: String, expected: String, found: String)
    /// Transactions, PRAGMA, ATTACH and the tables beginning with `_` belong to the store.
    case notAllowed(statement: String)
    /// A read went on longer than `StoreOptions.readLimit`.
    case tooLong(path: String)
    /// The file was closed for good.
    case closed(path: String)
    /// The file cannot be opened or created.
    case cannotOpen(path: String, what: String)
    /// Everything else, with SQLite's extended result code.
    case sql(code: Int32, message: String, statement: String)
}

extension StoreError: CustomStringConvertible {
    /// One English line for the log.
    public var description: String {
        switch self {
        case .diskFull(let path): "disk full while writing \(path)"
        case .diskFailed(let path): "the disk failed to sync \(path)"
        case .locked(let path, let holder): "\(path) is in use by \(holder)"
        case .damaged(let path, let what): "\(path) is damaged: \(what)"
        case .newerThanProgram(let path, let found, let known):
            "\(path) has version \(found), this program knows \(known)"
        case .migrationChanged(let path, let number, let what): "\(path): migration \(number) changed: \(what)"
        case .migrationOrder(let path, let what): "\(path): migrations out of order: \(what)"
        case .readOnly(let path): "\(path) cannot be written here"
        case .constraint(let kind, let what): "\(kind) constraint failed: \(what)"
        case .column(let name, let expected, let found): "column '\(name)' holds \(found), not \(expected)"
        case .notAllowed(let statement): "not allowed for a plug-in: \(statement)"
        case .tooLong(let path): "read of \(path) took too long and was stopped"
        case .closed(let path): "\(path) is closed"
        case .cannotOpen(let path, let what): "cannot open \(path): \(what)"
        case .sql(let code, let message, let statement): "SQLite \(code): \(message) [\(statement)]"
        }
    }
}

extension StoreError {
    /// The same for a person at the other end: Chinese, with the next step, without paths.
    public var refusal: Refusal {
        switch self {
        case .diskFull:
            Refusal(
                "store.disk-full", status: 507, message: "服务器磁盘已满，本次操作未保存。请稍后再试；如仍不行，请联系系统管理员清理磁盘。",
                log: description, retryAfter: .seconds(60))
        case .locked:
            Refusal(
                "store.locked", status: 503, message: "数据文件正被另一个程序占用，暂时不能办理。请稍后再试；如仍不行，请联系系统管理员。",
                log: description, retryAfter: .seconds(10))
        case .damaged:
            Refusal(
                "store.damaged", status: 500, message: "数据文件已损坏，为保护数据已停止写入。请联系系统管理员从备份恢复。", log: description)
        case .newerThanProgram:
            Refusal(
                "store.newer-than-program", status: 500, message: "数据文件由更新版本的程序写成，当前程序不能打开。请联系系统管理员升级程序。",
                log: description)
        case .migrationChanged, .migrationOrder:
            Refusal(
                "store.migration", status: 500, message: "程序的数据结构版本与数据文件不一致，已停止使用该文件。请联系系统管理员核对程序版本。",
                log: description)
        case .readOnly, .cannotOpen:
            Refusal(
                "store.unavailable", status: 503, message: "数据文件不能打开或不能写入。请联系系统管理员检查目录权限。",
                log: description, retryAfter: .seconds(60))
        case .constraint(let kind, let what):
            Refusal(
                "store.constraint", status: 409, message: "提交的内容与已有数据冲突（\(what)，规则：\(kind)）。请核对后重新提交。",
                log: description)
        case .tooLong:
            Refusal(
                "store.too-long", status: 503, message: "查询耗时过长，已停止。请缩小查询范围后再试。", log: description,
                retryAfter: .seconds(10))
        case .closed:
            Refusal(
                "store.closed", status: 503, message: "系统正在停止或该功能已停用，暂时不能办理。请稍后再试。", log: description,
                retryAfter: .seconds(10))
        case .diskFailed:
            Refusal(
                "store.disk-failed", status: 503, message: "磁盘写入出错，本次操作未保存。请稍后再试；请系统管理员检查磁盘。", log: description, retryAfter: .seconds(10))
        case .column, .notAllowed, .sql:
            Refusal("store.fault", status: 500, message: "系统内部出错，本次操作未保存。请稍后再试；如仍不行，请联系系统管理员。", log: description)
        }
    }
}

extension StoreError {
    /// From SQLite's result code and the connection's last message.
    static func from(_ code: Int32, handle: OpaquePointer?, path: String, statement: String) -> StoreError {
        let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? ""
        switch code & 0xFF {
        case SQLITE_FULL: return .diskFull(path: path)
        case SQLITE_IOERR:
            let cause = handle.map { sqlite3_system_errno($0) } ?? 0
            if cause == ENOSPC || cause == EDQUOT || cause == EFBIG { return .diskFull(path: path) }
            return .sql(code: code, message: message, statement: statement)
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path, holder: "another connection")
        case SQLITE_CORRUPT, SQLITE_NOTADB: return .damaged(path: path, what: message)
        case SQLITE_READONLY: return .readOnly(path: path)
        case SQLITE_CANTOPEN, SQLITE_PERM: return .cannotOpen(path: path, what: message)
        case SQLITE_AUTH: return .notAllowed(statement: statement)
        case SQLITE_INTERRUPT: return .tooLong(path: path)
        case SQLITE_CONSTRAINT:
            // "UNIQUE constraint failed: node.code"
            let parts = message.split(separator: ":", maxSplits: 1)
            let what = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
            let words = parts.first?.split(separator: " ").prefix { $0 != "constraint" } ?? []
            return .constraint(kind: words.joined(separator: " "), what: what)
        default: return .sql(code: code, message: message, statement: statement)
        }
    }
}

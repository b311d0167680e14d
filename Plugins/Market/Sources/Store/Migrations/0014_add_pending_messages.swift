import Store

extension Migrations {
    /// In which message a step went to the order's home: what else is answered meanwhile says nothing of it.
    static let addPendingMessages = Migration(14, "add pending messages", "ALTER TABLE order_ ADD COLUMN pending_message BLOB")
}

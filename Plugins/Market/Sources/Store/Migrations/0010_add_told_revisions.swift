import Store

extension Migrations {
    /// Of a copy: how far the order's home has told this agency.
    static let addToldRevisions = Migration(
        10, "add told revisions", "ALTER TABLE asked_agency ADD COLUMN told_revision INTEGER")
}

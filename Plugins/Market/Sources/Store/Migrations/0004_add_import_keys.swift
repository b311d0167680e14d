import Store

extension Migrations {
    /// By what number an agency is known where it was imported from.
    static let addImportKeys = Migration(
        4, "add import keys",
        "ALTER TABLE agency ADD COLUMN import_key TEXT; CREATE UNIQUE INDEX agency_import ON agency (import_key) WHERE import_key IS NOT NULL")
}

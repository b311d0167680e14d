import Store

extension Migrations {
    /// Of a copy: the step that is on its way to the home, and why the last one was refused there.
    static let addForwardedSteps = Migration(
        3, "add forwarded steps", "ALTER TABLE order_ ADD COLUMN pending TEXT; ALTER TABLE order_ ADD COLUMN refusal TEXT")
}

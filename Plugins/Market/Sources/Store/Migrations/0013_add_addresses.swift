import Store

extension Migrations {
    /// Where an agency works and where a service is wanted. Neither is a person's: forms say so.
    static let addAddresses = Migration(
        13, "add addresses",
        """
        ALTER TABLE agency ADD COLUMN address TEXT;
        ALTER TABLE order_ ADD COLUMN address TEXT;
        """)
}

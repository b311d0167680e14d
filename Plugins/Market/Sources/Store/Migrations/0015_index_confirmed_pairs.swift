import Store

extension Migrations {
    /// What an enterprise and an agency confirmed lately is counted at every confirmation, however many orders either of them has.
    static let indexConfirmedPairs = Migration(
        15, "index confirmed pairs", "CREATE INDEX order_pair ON order_ (enterprise, agency, confirmed_at) WHERE confirmed_at IS NOT NULL")
}

extension StoreWriter {
    /// Notes another failed try of a parked message; it keeps its place.
    public func postponeParked(_ id: Int64, cause: String, attempts: Int) throws {
        try run("UPDATE _parked SET cause = ?, attempts = ? WHERE id = ?", cause, attempts, id)
    }
}

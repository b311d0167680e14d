extension StoreWriter {
    /// Notes another failed try of a parked message; it keeps its place in the order.
    public func postponeParked(_ id: Int64, cause: String, attempts: Int) throws {
        try connection.run(
            "UPDATE _parked SET cause = ?, attempts = ? WHERE id = ?", binding: [cause, attempts, id], guarded: false)
    }
}

extension StoreError {
    /// Whether the whole file takes no writes at the moment, whoever asks: waiting helps, parking one message does not.
    public var isOfWholeFile: Bool {
        switch self {
        case .diskFull, .diskFailed, .locked, .readOnly, .cannotOpen, .closed, .damaged, .newerThanProgram, .migrationChanged, .migrationOrder: true
        case .constraint, .column, .notAllowed, .tooLong, .sql: false
        }
    }
}

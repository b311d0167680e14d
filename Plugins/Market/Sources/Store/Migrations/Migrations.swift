import Store

/// The market's tables, in the order they came to be; released ones never change.
enum Migrations {
    /// The last line holds the highest number, so that two parallel migrations meet at merge.
    static let all = [
        createCatalogue,
        createOrders,
        addForwardedSteps,
        addImportKeys,
        addVouchers,
        addSlots,
        addApprovals,
        addResources,
        addActivations,
        addToldRevisions,
        createListed,
        addComplaints,
        addAddresses,
        addPendingMessages,
        indexConfirmedPairs,  // 15
    ]
}

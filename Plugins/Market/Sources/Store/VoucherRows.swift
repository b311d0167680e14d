import MarketContracts
import Messages
import PluginKit
import Store
import Vocabulary

extension SQLReading {
    private var batchColumns: String {
        "id, site, title, value, count, taken, region, categories, per_enterprise, valid_until, is_open"
    }

    private func batch(_ row: Row) throws -> VoucherBatch {
        VoucherBatch(
            id: try row.get(0), site: try row.get(1), title: try row.get(2), value: try row.get(3),
            count: try row.get(4), taken: try row.get(5),
            region: try row.get(6),
            categories: (try row.get(7, as: String.self)).split(separator: " ").map(String.init),
            perEnterprise: try row.get(8),
            validUntil: try row.get(9), isOpen: try row.get(10))
    }

    func voucherBatch(_ id: MessageID) throws -> VoucherBatch? {
        try first("SELECT \(batchColumns) FROM voucher_batch WHERE id = ?", id) { try batch($0) }
    }

    /// Batches that are given out on the day, those that end first in front; at most 200.
    func openBatches(on day: Day) throws -> [VoucherBatch] {
        try rows(
            "SELECT \(batchColumns) FROM voucher_batch WHERE is_open = 1 AND valid_until >= ? ORDER BY valid_until, id LIMIT 200",
            day
        ) { try batch($0) }
    }

    /// The last voucher that was put on an order.
    func voucherUse(of order: MessageID) throws -> VoucherUse? {
        try first(
            "SELECT batch, title, discount, state, note FROM voucher_use WHERE order_ = ? ORDER BY state IN ('asked', 'used') DESC, at DESC, batch DESC LIMIT 1",
            order
        ) { row in
            VoucherUse(
                batch: try row.get(0), title: try row.get(1), discount: try row.get(2), state: try row.coded(3),
                note: try row.get(4))
        }
    }

    /// How many of a batch an enterprise has in use.
    func vouchersInUse(_ batch: MessageID, by enterprise: CreditCode) throws -> Int {
        try value(
            "SELECT count(*) FROM voucher_use WHERE batch = ? AND enterprise = ? AND state IN ('asked', 'used')", batch,
            enterprise) ?? 0
    }

    /// Uses of a batch that its site counted, the newest order first.
    func voucherEntries(_ batch: MessageID, limit: Int, after order: MessageID?) throws -> [VoucherEntry] {
        try rows(
            """
            SELECT order_, number, home, enterprise, enterprise_name, agency, agency_name, discount, state, at FROM voucher_use
            WHERE batch = ?1 AND state IN ('used', 'returned') AND (?2 IS NULL OR order_ < ?2) ORDER BY order_ DESC LIMIT ?3
            """, batch, order, limit
        ) { row in
            VoucherEntry(
                order: try row.get(0), number: try row.get(1), home: try row.get(2),
                enterprise: Party(code: try row.get(3), name: try row.get(4)),
                agency: Party(code: try row.get(5), name: try row.get(6)), discount: try row.get(7),
                state: try row.coded(8), at: try row.get(9))
        }
    }
}

extension Transaction {
    func write(_ batch: VoucherBatch, revision: Int, isLocal: Bool) throws {
        try run(
            """
            INSERT INTO voucher_batch (id, site, is_local, title, value, count, taken, region, categories, per_enterprise, valid_until, is_open, revision)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT (id) DO UPDATE SET taken = ?7, is_open = ?12, revision = ?13
            """, batch.id, batch.site, isLocal, batch.title, batch.value, batch.count, batch.taken, batch.region,
            batch.categories.joined(separator: " "),
            batch.perEnterprise, batch.validUntil, batch.isOpen, revision)
    }

    /// Counts a voucher as taken or free again; `false` where none is left.
    func count(_ vouchers: Int, of batch: MessageID) throws -> Bool {
        try run(
            "UPDATE voucher_batch SET taken = taken + ?1 WHERE id = ?2 AND taken + ?1 BETWEEN 0 AND count", vouchers,
            batch) == 1
    }

    func write(_ use: VoucherUse.State, _ take: TakeVoucher, _ batch: VoucherBatch, home: String) throws {
        try run(
            """
            INSERT INTO voucher_use (order_, batch, number, home, enterprise, enterprise_name, agency, agency_name, title, discount, state, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT (order_, batch) DO UPDATE SET agency = ?7, agency_name = ?8, discount = ?10, state = ?11, note = NULL, at = ?12
            """, take.order, take.batch, take.number, home, take.enterprise.code, take.enterprise.name,
            take.agency.code, take.agency.name, batch.title,
            min(batch.value, take.amount), use.rawValue, now)
    }
}

import Network
import PluginKit
import Synchronization

/// How many requests an address and an account may make a minute; each may use a whole minute's worth at once.
///
/// Partners' clients have their own rates in their contracts; they use the same buckets.
public struct RequestRates: Sendable, Hashable {
    /// 0: no limit.
    public var perAddress: Int
    public var perAccount: Int
    /// What a sign-in, a change of password or a token costs, in requests: each makes the host work for a tenth of a second.
    static let costly = 20

    public init(perAddress: Int = 0, perAccount: Int = 0) {
        self.perAddress = perAddress
        self.perAccount = perAccount
    }

    static func cost(_ method: HTTPMethod, _ path: String) -> Int {
        guard method == .post else { return 1 }
        return ["/login", "/password", "/token"].contains { path.hasSuffix($0) } ? costly : 1
    }
}

/// The buckets of one host.
final class RateKeeper: Sendable {
    /// A person at a site.
    struct Account: Hashable, Sendable {
        var site: String
        var id: String
    }

    private let rates: Mutex<RequestRates>
    /// Asked for by every request.
    private let counting: Atomic<Bool>
    private let addresses = TokenBuckets<NetworkAddress.Key>(capacity: 100_000)
    private let accounts = TokenBuckets<Account>(capacity: 50_000)

    init(_ rates: RequestRates) {
        self.rates = Mutex(rates)
        counting = Atomic(rates.perAddress > 0)
    }

    var current: RequestRates { rates.withLock { $0 } }

    func keep(_ new: RequestRates) {
        rates.withLock { $0 = new }
        counting.store(new.perAddress > 0, ordering: .relaxed)
    }

    var countsAddresses: Bool { counting.load(ordering: .relaxed) }

    /// Milliseconds to wait; `nil`: go on.
    func wait(_ address: NetworkAddress.Key, cost: Int, now: Int64) -> Int64? {
        let most = rates.withLock { $0.perAddress }
        guard most > 0 else { return nil }
        return Self.wait(addresses.take(cost, of: address, rate: .init(burst: most, perMinute: most), now: now))
    }

    func wait(_ account: Account, now: Int64) -> Int64? {
        let most = rates.withLock { $0.perAccount }
        guard most > 0 else { return nil }
        return Self.wait(accounts.take(of: account, rate: .init(burst: most, perMinute: most), now: now))
    }

    private static func wait(_ verdict: TokenBucket.Verdict) -> Int64? {
        guard case .refused(let wait) = verdict else { return nil }
        return wait
    }
}

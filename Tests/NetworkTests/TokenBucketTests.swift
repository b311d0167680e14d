import Network
import Testing

@Suite("Token buckets")
struct TokenBucketTests {
    let rate = TokenBucket.Rate(burst: 5, perMinute: 60)

    @Test func aFullBucketGivesItsBurstAndThenATokenASecond() {
        var bucket = TokenBucket()
        for _ in 0..<5 { #expect(bucket.take(rate: rate, now: 1000) == .granted) }
        #expect(bucket.take(rate: rate, now: 1000) == .refused(retryAfterMilliseconds: 1000))
        #expect(bucket.take(rate: rate, now: 1999) == .refused(retryAfterMilliseconds: 1))
        #expect(bucket.take(rate: rate, now: 2000) == .granted)
        #expect(bucket.take(rate: rate, now: 2000) == .refused(retryAfterMilliseconds: 1000))
    }

    @Test func aRefusalTakesNothing() {
        var bucket = TokenBucket()
        #expect(bucket.take(4, rate: rate, now: 0) == .granted)
        for _ in 0..<100 { #expect(bucket.take(3, rate: rate, now: 0) == .refused(retryAfterMilliseconds: 2000)) }
        #expect(bucket.take(1, rate: rate, now: 0) == .granted)
        #expect(bucket.tokens(rate, now: 0) == 0)
        #expect(bucket.tokens(rate, now: 3500) == 3)
    }

    @Test func aRestDoesNotSaveUpMoreThanTheBurst() {
        var bucket = TokenBucket()
        _ = bucket.take(5, rate: rate, now: 0)
        #expect(bucket.tokens(rate, now: 10_000_000) == 5)
        #expect(bucket.take(5, rate: rate, now: 10_000_000) == .granted)
        #expect(bucket.take(1, rate: rate, now: 10_000_000) == .refused(retryAfterMilliseconds: 1000))
    }

    @Test func whatCostsMoreThanTheBucketHoldsCostsAllOfIt() {
        var bucket = TokenBucket()
        #expect(bucket.take(50, rate: rate, now: 0) == .granted)
        #expect(bucket.tokens(rate, now: 0) == 0)
    }

    @Test func aClockSetBackHoldsNobodyForLong() {
        var bucket = TokenBucket()
        _ = bucket.take(5, rate: rate, now: 86_400_000)
        #expect(bucket.take(rate: rate, now: 0) == .refused(retryAfterMilliseconds: 1000))
    }

    @Test func keysHaveBucketsOfTheirOwnAndRatesOfTheirOwn() {
        let buckets = TokenBuckets<String>()
        let generous = TokenBucket.Rate(burst: 10, perMinute: 600)
        for _ in 0..<5 { #expect(buckets.take(of: "a", rate: rate, now: 0) == .granted) }
        #expect(buckets.take(of: "a", rate: rate, now: 0) != .granted)
        for _ in 0..<10 { #expect(buckets.take(of: "b", rate: generous, now: 0) == .granted) }
        buckets.reset("a")
        #expect(buckets.take(of: "a", rate: rate, now: 0) == .granted)
    }

    @Test func aFloodOfKeysIsBoundedAndFreesNobodyWhoIsHeld() {
        let buckets = TokenBuckets<Int>(capacity: 1600)
        for _ in 0..<5 { _ = buckets.take(of: -1, rate: rate, now: 0) }
        for key in 0..<20_000 { #expect(buckets.take(of: key, rate: rate, now: 0) == .granted) }
        #expect(buckets.count <= 1600)
        #expect(buckets.take(of: -1, rate: rate, now: 0) != .granted)
    }

    @Test func fullBucketsMakeRoomFirst() {
        let buckets = TokenBuckets<Int>(capacity: 64)
        for key in 0..<64 { _ = buckets.take(of: key, rate: rate, now: 0) }
        for key in 100..<164 { _ = buckets.take(of: key, rate: rate, now: 5000) }
        #expect(buckets.count <= 64)
    }
}

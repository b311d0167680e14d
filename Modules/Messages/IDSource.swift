import Synchronization
public import Vocabulary

extension IDSource {
    /// Identifiers of version 7: the clock's milliseconds, then a counter with a random beginning, then random bits.
    ///
    /// Every identifier is greater than the one before, from whichever thread it is asked, also when the clock stands
    /// still or is set back (RFC 9562 §6.2, method 1).
    public static func system(_ clock: TimeSource) -> IDSource {
        let maker = Maker()
        return IDSource { maker.next(at: clock.now) }
    }

    /// Identifiers whose last digits count 1, 2, 3 …, for tests; version 7 at the moment of the Unix epoch.
    public static func counting(from first: UInt64 = 1) -> IDSource {
        let counter = Counter(first)
        return IDSource { counter.next() }
    }

    private final class Maker: Sendable {
        private struct State {
            var milliseconds: UInt64 = 0
            /// 26 bits: 12 beside the version, 14 beside the variant.
            var count: UInt64 = 0
            /// Bits that need not be secret: SplitMix64, seeded anew by the system every thousand. A call into the kernel for
            /// each identifier would cost more than the identifier.
            var seed: UInt64 = 0
            var left = 0

            mutating func nextRandom() -> UInt64 {
                if left == 0 {
                    var system = SystemRandomNumberGenerator()
                    seed = system.next()
                    left = 1000
                }
                left -= 1
                seed &+= 0x9E37_79B9_7F4A_7C15
                var bits = seed
                bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
                bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
                return bits ^ bits >> 31
            }
        }

        private let state = Mutex(State())

        func next(at time: Timestamp) -> MessageID {
            let (milliseconds, count, bits) = state.withLock { state in
                let bits = state.nextRandom()
                let now = UInt64(clamping: time.milliseconds) & 0xFFFF_FFFF_FFFF
                if now > state.milliseconds {
                    state.milliseconds = now
                    // The upper half stays free, so that counting up seldom reaches the end.
                    state.count = bits >> 39
                } else {
                    state.count += 1
                    if state.count >> 26 != 0 {
                        state.milliseconds += 1
                        state.count = 0
                    }
                }
                return (state.milliseconds, state.count, bits)
            }
            return MessageID(
                high: milliseconds << 16 | 0x7000 | count >> 14,
                low: 0x8000_0000_0000_0000 | (count & 0x3FFF) << 48 | bits & 0xFFFF_FFFF_FFFF)
        }
    }

    private final class Counter: Sendable {
        private let value: Atomic<UInt64>
        init(_ first: UInt64) { value = Atomic(first) }
        func next() -> MessageID {
            let count = value.wrappingAdd(1, ordering: .relaxed).oldValue
            return MessageID(high: 0x7000, low: 0x8000_0000_0000_0000 | count & 0x3FFF_FFFF_FFFF_FFFF)
        }
    }
}

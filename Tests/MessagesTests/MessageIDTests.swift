import Dispatch
import Messages
import Synchronization
import Testing
import Vocabulary

@Suite struct MessageIDTests {
    @Test("编号按产生次序递增，时钟停住或拨回也一样")
    func systemIDsGrowWhateverTheClockDoes() {
        let moments = Mutex<[Int64]>([1000, 1000, 1000, 999, 5, 1001, 1001, 2000])
        let source = IDSource.system(TimeSource {
            Timestamp(milliseconds: moments.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] })
        })
        let ids = (0..<1000).map { _ in source.next() }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
        #expect(ids.allSatisfy { $0.high >> 12 & 15 == 7 && $0.low >> 62 == 2 })
        #expect(ids[0].high >> 16 == 1000)
        #expect(ids[999].high >> 16 == 2000)
    }

    @Test func manyThreadsNeverGetTheSameID() {
        let source = IDSource.system(TimeSource { Timestamp(milliseconds: 1_772_000_000_000) })
        let all = Mutex<Set<MessageID>>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            let mine = (0..<5000).map { _ in source.next() }
            #expect(zip(mine, mine.dropFirst()).allSatisfy { $0 < $1 })
            all.withLock { $0.formUnion(mine) }
        }
        #expect(all.withLock { $0.count } == 20_000)
    }

    @Test func countedIDsAreReadable() {
        let source = IDSource.counting(from: 41)
        #expect(source.next().description == "00000000-0000-7000-8000-000000000029")
        #expect(source.next().description == "00000000-0000-7000-8000-00000000002a")
    }

    @Test(arguments: ["", "0", "00000000-0000-7000-8000-00000000002", "00000000-0000-7000-8000-00000000002g", "000000000000-7000-8000-00000000002a-"])
    func whatIsNoUUIDIsRefused(_ text: String) {
        #expect(MessageID(text) == nil)
    }
}

import Bus
import Dispatch
import Testing

@Suite("Threads of their own")
struct OwnThreadTests {
    @Test("three hundred that all wait begin all the same, where dispatch would stop at 255")
    func many() async {
        let begun = DispatchSemaphore(value: 0), end = DispatchSemaphore(value: 0), ended = DispatchSemaphore(value: 0)
        let count = 300
        for _ in 0..<count {
            OwnThread {
                begun.signal()
                end.wait()
                ended.signal()
            }.start()
        }
        let (all, last) = await withCheckedContinuation { (continuation: CheckedContinuation<(Int, Int), Never>) in
            // Counted on a thread of its own as well: the test must not need the pool that it speaks of.
            OwnThread {
                let deadline = DispatchTime.now() + 120
                let all = (0..<count).count { _ in begun.wait(timeout: deadline) == .success }
                for _ in 0..<count { end.signal() }
                continuation.resume(returning: (all, (0..<all).count { _ in ended.wait(timeout: deadline + 60) == .success }))
            }.start()
        }
        #expect(all == count && last == count)
    }
}

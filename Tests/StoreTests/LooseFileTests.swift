import Synchronization
import Testing
import Vocabulary

@testable import Store

@Suite("Files that are attached to nothing")
struct LooseFileTests {
    let scratch: Scratch
    let moment = Box()

    init() throws { scratch = try Scratch() }

    final class Box: Sendable {
        private let value = Mutex(Timestamp(milliseconds: 1_772_413_200_000))
        var now: Timestamp { value.withLock { $0 } }
        func pass(_ time: Duration) { value.withLock { $0 = $0.advanced(by: time) } }
    }

    private var store: FileStore {
        let moment = moment
        return FileStore(folder: scratch.path("files"), clock: TimeSource { moment.now })
    }

    private func keep(_ text: String = "甲") throws -> String { try store.keep(Array(text.utf8), name: "a.txt").digest }

    @Test func whatCameIsLooseUntilItIsAttached() throws {
        let digest = try keep()
        #expect(store.loose() == [.init(digest: digest, since: moment.now)])
        store.attached(digest)
        #expect(store.loose().isEmpty)
        #expect(try !store.sweep(digest, before: moment.now.advanced(by: .seconds(1))), "what is not marked is never swept")
        #expect(store.size(ofDigest: digest) == 3)
    }

    @Test func aSweepTakesOnlyWhatIsOldEnough() throws {
        let digest = try keep()
        moment.pass(.seconds(100))
        #expect(try !store.sweep(digest, before: moment.now.advanced(by: .seconds(-100))))
        #expect(store.claim(digest) == 3)
        #expect(store.loose().count == 1)
        moment.pass(.seconds(101))
        #expect(try store.sweep(digest, before: moment.now.advanced(by: .seconds(-100))))
        #expect(store.claim(digest) == nil && store.loose().isEmpty)
    }

    /// The claim renews the mark, and a sweep that decided before sees it.
    @Test func aClaimBeforeTheSweepSavesTheFile() throws {
        let digest = try keep()
        moment.pass(.seconds(1000))
        let limit = moment.now.advanced(by: .seconds(-100))
        #expect(store.loose().filter { $0.since < limit }.count == 1)
        #expect(store.claim(digest) == 3)
        #expect(try !store.sweep(digest, before: limit))
        #expect(store.size(ofDigest: digest) == 3)
    }

    @Test func aNewUploadOfTheSameContentBeginsAnew() throws {
        let digest = try keep()
        moment.pass(.seconds(1000))
        #expect(try keep() == digest)
        #expect(try !store.sweep(digest, before: moment.now))
    }

    @Test func claimsAndSweepsAtOnceNeverLeaveAClaimedFileGone() async throws {
        for round in 0..<50 {
            let digest = try keep("\(round)")
            moment.pass(.seconds(1000))
            let limit = moment.now.advanced(by: .seconds(-100))
            let store = store
            async let claimed = Task.detached { store.claim(digest) }.value
            async let swept = Task.detached { try store.sweep(digest, before: limit) }.value
            let (size, isGone) = (await claimed, try await swept)
            #expect((size == nil) || !isGone, "round \(round)")
            #expect((store.size(ofDigest: digest) == nil) == isGone)
        }
    }

    @Test func strangeNamesAreNoDigests() throws {
        for text in ["", "../../etc/passwd", String(repeating: "A", count: 64)] {
            #expect(store.claim(text) == nil)
            #expect(try !store.sweep(text, before: moment.now))
        }
    }
}

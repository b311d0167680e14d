import Messages
import Pages
import Store
import Synchronization
import Vocabulary

/// What a site allows with uploads; the keys of `files` in `site.json5`.
public struct FileRules: Sendable, Hashable {
    /// How long an upload waits to be attached to something before it is removed.
    public var looseTime: Duration = .seconds(24 * 3600)
    /// Bytes that one caller may upload on a day of China's calendar; 0: no limit.
    public var dailyBytes = 1 << 30

    public init() {}
}

/// Counts what each caller uploads on a day; in memory, and beside the drafts, so that a restart changes nothing.
final class UploadMeter: Sendable {
    private struct Count {
        var day: Day
        var bytes: Int
    }

    private let counts = Mutex<[String: Count]>([:])

    /// Sets bytes aside for an upload that begins.
    /// - Parameters:
    ///   - wanted: as many as the caller announces; `nil` for what is left, at most `most`.
    ///   - kept: where the site keeps its counts.
    /// - Returns: how many it may bring; `nil` when the announced ones, or anything at all, would be too many.
    func reserve(_ wanted: Int?, most: Int, for caller: String, quota: Int, on day: Day, kept: DraftStore) -> Int? {
        guard quota > 0 else { return wanted ?? most }
        // The first of the day, or since the start, looks at the disk.
        let before = counts.withLock { $0[caller].map { $0.day == day } ?? false } ? nil : kept.uploaded(by: caller, on: day)
        let (granted, sum) = counts.withLock { counts -> (Int?, Int) in
            if counts.count > 50_000 { counts = counts.filter { $0.value.day == day } }
            let used = counts[caller].flatMap { $0.day == day ? $0.bytes : nil } ?? before ?? 0
            let granted = wanted ?? min(most, quota - used)
            guard granted > 0 || wanted == 0, used + granted <= quota else { return (nil, used) }
            counts[caller] = Count(day: day, bytes: used + granted)
            return (granted, used + granted)
        }
        if granted != nil { kept.note(uploaded: sum, by: caller, on: day) }
        return granted
    }

    /// Gives back what an upload did not bring.
    func giveBack(_ bytes: Int, to caller: String, on day: Day, kept: DraftStore) {
        guard bytes > 0 else { return }
        let sum = counts.withLock { counts -> Int? in
            guard let count = counts[caller], count.day == day else { return nil }
            counts[caller]?.bytes = max(0, count.bytes - bytes)
            return max(0, count.bytes - bytes)
        }
        if let sum { kept.note(uploaded: sum, by: caller, on: day) }
    }
}

/// What one upload may bring; what it did not is given back when it is over.
final class UploadAllowance: Sendable {
    let bytes: Int
    private let spent = Mutex(0)
    private let giveBack: @Sendable (Int) -> Void

    init(_ bytes: Int, giveBack: @escaping @Sendable (Int) -> Void) {
        self.bytes = bytes
        self.giveBack = giveBack
    }

    func spend(_ bytes: Int) { spent.withLock { $0 = min(self.bytes, bytes) } }

    deinit { giveBack(bytes - spent.withLock { $0 }) }
}

extension Gateway {
    /// Sets the caller's bytes aside, or refuses: what is larger than a whole day's quota for ever (413), what is too much for today until
    /// tomorrow (429).
    func allowance(_ wanted: Int?, for actor: Actor, at site: SiteFace, address: String) throws(Refusal) -> UploadAllowance {
        let quota = site.fileRules.dailyBytes
        let day = clock.now.day
        let caller = "\(site.card.id)/" + (actor.kind == .visitor ? address : "\(actor.kind)/\(actor.id)")
        if quota > 0, let wanted, wanted > quota { throw .uploadOverQuota(quota) }
        guard let granted = uploads.reserve(wanted, most: site.files.limit + Upload.overhead, for: caller, quota: quota, on: day, kept: site.drafts) else {
            throw .uploadQuota(quota, wait: day.end.since(clock.now))
        }
        return UploadAllowance(granted) { [uploads, drafts = site.drafts] in uploads.giveBack($0, to: caller, on: day, kept: drafts) }
    }
}

extension Refusal {
    static func uploadQuota(_ quota: Int, wait: Duration) -> Refusal {
        Refusal(
            "gateway.upload-quota", status: 429,
            message: "今日上传已达上限（每个账号每天 \(quota >> 20) MB），未受理。请明日再传；确需更多请联系平台管理员。",
            log: "the caller's daily quota of uploads is used up", retryAfter: .seconds(max(1, wait.components.seconds)))
    }

    static func uploadOverQuota(_ quota: Int) -> Refusal {
        Refusal(
            "gateway.upload-over-quota", status: 413, message: "上传内容超过每个账号每天 \(quota >> 20) MB 的上限，未受理。请压缩或分次上传。",
            log: "upload larger than a day's quota")
    }
}

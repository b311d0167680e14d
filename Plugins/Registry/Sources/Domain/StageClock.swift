import RegistryContracts
import Vocabulary

/// Time in each stage, from the steps alone.
enum StageClock {
    /// A step as the clock sees it.
    struct Tick: Sendable, Hashable {
        let to: Stage
        let at: Timestamp
    }

    /// The stretches between the steps; the last one lasts unless its stage is final.
    static func periods(_ ticks: [Tick]) -> [StagePeriod] {
        ticks.indices.map { index in
            let tick = ticks[index]
            let end = index + 1 < ticks.count ? ticks[index + 1].at : tick.to.isFinal ? tick.at : nil
            return StagePeriod(
                stage: tick.to, from: tick.at, until: end, milliseconds: end.map { $0.milliseconds - tick.at.milliseconds })
        }
    }

    static let rule = "自进入该阶段的实际时间至离开该阶段的实际时间；仅统计期内离开该阶段的申报，尚在该阶段的另列。"

    /// Over many applications: those that left a stage within the period, and those that stand in it now.
    static func summary(_ stories: [[Tick]], from: Timestamp?, until: Timestamp?) -> [StageTime] {
        var spans: [Stage: [Int64]] = [:]
        var waiting: [Stage: Int] = [:]
        for ticks in stories {
            for (index, tick) in ticks.enumerated() where !tick.to.isFinal {
                guard index + 1 < ticks.count else {
                    waiting[tick.to, default: 0] += 1
                    continue
                }
                let left = ticks[index + 1].at
                if let from, left < from { continue }
                if let until, left >= until { continue }
                spans[tick.to, default: []].append(left.milliseconds - tick.at.milliseconds)
            }
        }
        return Stage.allCases.compactMap { stage in
            let lengths = spans[stage] ?? []
            guard !lengths.isEmpty || waiting[stage] != nil else { return nil }
            return StageTime(
                stage: stage, count: lengths.count,
                meanMilliseconds: lengths.isEmpty ? 0 : lengths.reduce(0, +) / Int64(lengths.count),
                longestMilliseconds: lengths.max() ?? 0, waiting: waiting[stage] ?? 0)
        }
    }
}

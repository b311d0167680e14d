// Civil time of the whole network is UTC+08:00 all year; China has kept no summer time since 1991, and the network is younger.
private let millisecondsOfOffset: Int64 = 8 * 3_600_000
private let millisecondsOfDay: Int64 = 86_400_000

extension Timestamp {
    /// The civil date in China (UTC+08:00) at this moment.
    public var day: Day {
        let local = milliseconds.addingReportingOverflow(millisecondsOfOffset)
        return Day(clamping: Int((local.overflow ? Int64.max : local.partialValue).floorDivided(by: millisecondsOfDay)))
    }

    /// Milliseconds since midnight in China (UTC+08:00), 0…86,399,999.
    public var millisecondOfDay: Int {
        let local = milliseconds &+ millisecondsOfOffset
        return Int(local - local.floorDivided(by: millisecondsOfDay) * millisecondsOfDay)
    }
}

extension Day {
    /// The day's first moment in China (00:00:00.000 at UTC+08:00).
    public var start: Timestamp { Timestamp(milliseconds: Int64(number) * millisecondsOfDay - millisecondsOfOffset) }

    /// The day's last moment in China (23:59:59.999 at UTC+08:00); what is due "by" a day is due by then.
    public var end: Timestamp { Timestamp(milliseconds: start.milliseconds + millisecondsOfDay - 1) }

    /// A clock time of the day in China; `nil` unless hour is 0…23 and minute 0…59.
    public func moment(hour: Int, minute: Int = 0) -> Timestamp? {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        return Timestamp(milliseconds: start.milliseconds + Int64(hour * 60 + minute) * 60_000)
    }
}

extension Int64 {
    /// The quotient rounded towards minus infinity, so that moments before 1970 fall on the right day.
    func floorDivided(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }
}

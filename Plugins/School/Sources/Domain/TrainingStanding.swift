import SchoolContracts
import Vocabulary

/// Whether the hours somebody has earned are enough today, and until when. Nothing here knows a database or a clock.
struct TrainingStanding: Equatable {
    /// Hours that count today.
    var hours: Int
    var hoursThisYear: Int
    var state: TrainingState
    /// First day on which too few hours will be left.
    var fallsShortOn: Day?

    /// Minutes of one 学时 where no course says how many it has.
    static let minutes = 45

    /// - Parameter ahead: so many days before hours expire that are needed, somebody is reminded.
    init(_ credits: [TrainingCredit], rule: TrainingRule?, today: Day, ahead: Int) {
        hoursThisYear = credits.filter { $0.earnedOn.year == today.year }.reduce(0) { $0 + $1.hours }
        guard let rule else {
            hours = hoursThisYear
            state = .free
            return
        }
        // By the first day on which they count no more.
        let valid = credits.filter { $0.earnedOn <= today }.map { (until: Self.expiry(of: $0, rule), hours: $0.hours) }
            .filter { $0.until > today }.sorted { $0.until < $1.until }
        hours = valid.reduce(0) { $0 + $1.hours }
        guard hours >= rule.hours else {
            state = .short
            return
        }
        var left = hours
        for credit in valid {
            left -= credit.hours
            if left < rule.hours {
                fallsShortOn = credit.until
                break
            }
        }
        state = fallsShortOn.map { today.distance(to: $0) <= ahead } == true ? .expiring : .fulfilled
    }

    static func expiry(of credit: TrainingCredit, _ rule: TrainingRule) -> Day {
        credit.earnedOn.adding(months: rule.validMonths)
    }
}

/// Which table each talk has: an agency stays where it sits as long as nobody else sits there.
enum TalkSeats {
    struct Talk: Sendable {
        var agency: Int
        var slot: Int
        /// Where it already has its table.
        var table: Int?
    }

    /// A table from 1 for each talk; two talks of a slot never share one. Talks of a slot must not be more than the tables.
    static func assign(_ talks: [Talk], tables: Int) -> [Int] {
        var seats = talks.map { $0.table ?? 0 }
        var taken = Set(zip(talks, seats).filter { $1 > 0 }.map { [$0.slot, $1] })
        var home: [Int: Int] = [:]
        for (talk, seat) in zip(talks, seats) where seat > 0 { home[talk.agency] = home[talk.agency] ?? seat }
        var guests = [Int](repeating: 0, count: tables + 1)
        for seat in home.values where seat <= tables { guests[seat] += 1 }
        // Who has the most talks chooses a table of its own first.
        var counts: [Int: Int] = [:]
        for talk in talks { counts[talk.agency, default: 0] += 1 }
        for agency in counts.keys.sorted(by: { (counts[$1] ?? 0, $0) < (counts[$0] ?? 0, $1) }) where home[agency] == nil {
            let seat = (1...max(tables, 1)).min { guests[$0] < guests[$1] } ?? 1
            home[agency] = seat
            guests[seat] += 1
        }
        for index in talks.indices.sorted(by: { (talks[$0].slot, talks[$0].agency) < (talks[$1].slot, talks[$1].agency) }) where seats[index] == 0 {
            let talk = talks[index]
            let own = home[talk.agency] ?? 1
            let seat = ([own] + (1...max(tables, 1))).first { !taken.contains([talk.slot, $0]) } ?? own
            seats[index] = seat
            taken.insert([talk.slot, seat])
        }
        return seats
    }
}

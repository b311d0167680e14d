/// What a wish weighs, as values: the order in which each side wants its talks, whether both want it, whether the service is scarce.
enum WishWeight {
    /// For the first, second … wish of a party; every further one counts 1.
    static let byRank = [10, 8, 6, 5, 4, 3, 2]
    static let mutual = 5
    static let scarce = 4

    /// - Parameters: `enterpriseRank`, `agencyRank`: from 0; `nil` where that side did not ask.
    static func of(enterpriseRank: Int?, agencyRank: Int?, isScarce: Bool) -> Int {
        func points(_ rank: Int?) -> Int { rank.map { $0 < byRank.count ? byRank[$0] : 1 } ?? 0 }
        let isMutual = enterpriseRank != nil && agencyRank != nil
        return points(enterpriseRank) + points(agencyRank) + (isMutual ? mutual : 0) + (isScarce && enterpriseRank != nil ? scarce : 0)
    }

    static let rule = "各方第 1–7 志愿依次计 10、8、6、5、4、3、2 分，其后各 1 分；双方互选另加 5 分；机构可洽谈的场次少于想找它的企业数时，属紧缺服务，另加 4 分。"
}

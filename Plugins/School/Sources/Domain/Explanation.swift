import Messages
import Pages
import SchoolContracts
import Vocabulary

/// Why a registration stands where it stands, and why seats are free or nobody was offered one, in sentences.
enum Explanation {
    /// What is known of a class's seats at one moment.
    struct Seats {
        var capacity: Int
        var enrolled: Int
        var offered: Int
        var waiting: Int
        /// How many were ever offered a seat from the waiting list; of a class that has begun.
        var everOffered: Int
        var startsAt: Timestamp
        var now: Timestamp

        var free: Int { capacity - enrolled - offered }
        var hasBegun: Bool { now >= startsAt }
    }

    static func vacancy(_ state: ClassState, _ seats: Seats) -> String {
        let counts = "名额 \(seats.capacity) 个：已录取 \(seats.enrolled)，递补待确认 \(seats.offered)，空余 \(seats.free)；候补 \(seats.waiting) 人。"
        switch state {
        case .draft: return counts + "班次尚未发布。"
        case .cancelled: return "班次已取消，所有报名均已取消。"
        case .finished: return counts + "班次已结课。"
        case .published: break
        }
        if seats.hasBegun { return counts + (seats.free > 0 ? "已经开课，开课后不再递补。" : "已经开课。") }
        if seats.waiting == 0 { return counts + (seats.free > 0 ? "可直接录取。" : "再有人报名将进入候补。") }
        if seats.free > 0 { return counts + "候补人员所在地区的名额已满，其他地区可直接录取。" }
        if seats.offered > 0 { return counts + "已向 \(seats.offered) 人发出递补，须等对方确认、放弃或逾期后才轮到下一位。" }
        return counts + "暂无空位，未向任何人发出递补；有人取消后按报名先后递补。"
    }

    static func registration(
        _ state: RegistrationState, queued: Int?, offerUntil: Timestamp?, reason: String?, _ seats: Seats,
        full region: (title: String, seats: Int)? = nil
    ) -> String {
        switch state {
        case .pending: "报名已收到，待举办方审核；审核通过后按报名先后取得名额。"
        case .enrolled: "已取得名额，请按时参加；不能参加时请提前取消，名额将递补给候补人员。"
        case .waiting:
            "候补第 \(queued ?? 1) 位。"
                + (region.map { "\($0.title)的 \($0.seats) 个地区名额已满；" } ?? (seats.offered > 0
                    ? "目前 \(seats.offered) 个名额正等待排在前面的人确认；" : "目前 \(seats.capacity) 个名额已满，尚无人退出；"))
                + "空出名额后按报名先后依次递补，开课后不再递补。"
        case .offered:
            "有一个名额为您保留至 \(offerUntil.map { Format.dateTime($0) } ?? "开课前")，请确认参加或放弃；逾期将递补给下一位。"
        case .declined: "已放弃递补的名额。"
        case .lapsed: "递补的名额逾期未确认，已让给下一位。"
        case .rejected: "审核未通过\(reason.map { "：\($0)" } ?? "")。"
        case .cancelled: "报名已取消\(reason.map { "：\($0)" } ?? "")。"
        case .missed:
            seats.everOffered > 0
                ? "开课时仍未轮到：开课前共有 \(seats.everOffered) 个名额递补给排在前面的人。" : "开课时仍未轮到：开课前没有人退出，因此没有发出递补。"
        }
    }
}

import MarketContracts
import Vocabulary

/// By when the next step of an order is due. Working days of public offices; a promised delivery counts from its beginning.
struct OrderClock: Sendable {
    let days: MarketSettings.OrderDays
    let calendar: WorkCalendar

    func due(in state: OrderState, now: Timestamp, appointment: Timestamp?, promised: Int?) -> Timestamp? {
        switch state {
        case .proposed: after(days.endorse, now)
        case .requested: after(days.quote, now)
        case .quoted: after(days.accept, now)
        case .accepted: after(days.schedule, now)
        case .scheduled: appointment.map { max(now, $0.advanced(by: .seconds(86_400))) } ?? after(days.schedule, now)
        case .delivering: after(promised ?? days.deliver, now)
        case .delivered: after(days.confirm, now)
        case .disputed: after(days.settle, now)
        case .confirmed: after(days.rate, now)
        case .rated, .cancelled, .lapsed: nil
        }
    }

    private func after(_ workingDays: Int, _ now: Timestamp) -> Timestamp {
        calendar.deadline(after: now.day, .workingDays(workingDays)).value.end
    }
}

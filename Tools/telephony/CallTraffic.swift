import Bus
import Dispatch
import Glibc
import HotlineContracts
import Messages
import PluginKit
import Synchronization
import Vocabulary

/// What happens when, and what was seen of it: shared by the threads that report.
final class CallTraffic: Sendable {
    private enum Step: Sendable {
        case offer(Int)
        case answer(String, SeatID)
        case end(String, SeatID)
    }

    private struct State {
        /// By due moment, in nanoseconds of uptime; a heap.
        var steps: [(due: UInt64, step: Step)] = []
        var open: Int
        /// Which call each seat was given, as the replies say.
        var held: [SeatID: String] = [:]
        var given: [String: SeatID] = [:]
        /// Milliseconds from the moment a call came in to the reply that names its seat: at once, and after waiting.
        var atOnce: [Double] = []
        var afterWaiting: [Double] = []
        var doubled = 0
        var faults: [String] = []
        var registered = 0
        var offeredAt: [String: UInt64] = [:]
        var dice: UInt64 = 42
    }

    let calls: Int
    private let talk: UInt64
    private let state: Mutex<State>
    private let answered: AsyncStream<(key: String, seat: SeatID)>
    private let answers: AsyncStream<(key: String, seat: SeatID)>.Continuation

    init(calls: Int, rate: Int, talk: Duration) {
        self.calls = calls
        self.talk = UInt64(
            max(talk.components.seconds * 1_000_000_000 + talk.components.attoseconds / 1_000_000_000, 1_000_000))
        (answered, answers) = AsyncStream.makeStream()
        let start = DispatchTime.now().uptimeNanoseconds + 200_000_000
        var state = State(open: calls)
        // In order of their due moments: a heap already.
        state.steps = (0..<calls).map { (start + UInt64($0) * 1_000_000_000 / UInt64(rate), .offer($0)) }
        self.state = Mutex(state)
    }

    /// Every seat comes on duty.
    func seat(_ seats: [SeatID], through target: EventDoor.Target) throws {
        let door = try EventDoor(target)
        let now = TimeSource.system.now
        for seat in seats {
            _ = try door.report(
                CallEvent(.seatPresence, at: now, .init(seat: seat, presence: .ready)), id: "ready/\(seat)", now: now)
        }
    }

    // MARK: - Reporting

    /// Reports what is due until every call is over.
    func work(through target: EventDoor.Target) {
        do {
            let door = try EventDoor(target)
            while true {
                switch next() {
                case .done: return
                case .wait(let nanoseconds): usleep(useconds_t(min(max(nanoseconds / 1000, 50), 20_000)))
                case .step(let due, let step): try take(due, step, door)
                }
            }
        } catch {
            state.withLock { $0.faults.append("\(error)") }
            // Nobody goes on for a thread that cannot: the rest would wait for ever.
            state.withLock { $0.open = 0 }
            answers.finish()
        }
    }

    private enum Next {
        case done
        case wait(UInt64)
        case step(UInt64, Step)
    }

    private func next() -> Next {
        let now = DispatchTime.now().uptimeNanoseconds
        return state.withLock { state in
            if state.open <= 0 { return .done }
            guard let first = state.steps.first else { return .wait(2_000_000) }
            if first.due > now { return .wait(first.due - now) }
            Self.removeFirst(&state.steps)
            return .step(first.due, first.step)
        }
    }

    private func take(_ due: UInt64, _ step: Step, _ door: EventDoor) throws {
        let now = TimeSource.system.now
        switch step {
        case .offer(let number):
            let key = "call-\(number)"
            state.withLock { $0.offeredAt[key] = due }
            let skill = number % 4 == 0 ? "05" : nil
            let receipt = try door.report(
                CallEvent(
                    .callOffered, at: now,
                    .init(call: key, from: "139\(10_000_000 + number)", to: "96871", skill: skill)),
                id: "\(key)/offered", now: now)
            note(receipt.assignments, own: key)
        case .answer(let key, let seat):
            let receipt = try door.report(
                CallEvent(.callAnswered, at: now, .init(call: key, seat: seat)), id: "\(key)/answered", now: now)
            answers.yield((key, seat))
            note(receipt.assignments)
        case .end(let key, let seat):
            // From the moment it is sent the site may give the seat another one.
            state.withLock { $0.held[seat] = nil }
            let receipt = try door.report(
                CallEvent(.callEnded, at: now, .init(call: key)), id: "\(key)/ended", now: now)
            note(receipt.assignments)
            let isLast = state.withLock { state in
                state.open -= 1
                return state.open == 0
            }
            if isLast { answers.finish() }
        }
    }

    /// Seats were named: each takes the call after a moment, and talks for a while.
    private func note(_ assignments: [SeatAssignment], own: String? = nil) {
        let now = DispatchTime.now().uptimeNanoseconds
        state.withLock { state in
            for one in assignments {
                if state.held[one.seat] != nil || state.given[one.call] != nil { state.doubled += 1 }
                state.held[one.seat] = one.call
                state.given[one.call] = one.seat
                let spent = Double(now - min(state.offeredAt[one.call] ?? now, now)) / 1_000_000
                if one.call == own { state.atOnce.append(spent) } else { state.afterWaiting.append(spent) }
                state.dice = state.dice &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let share = Double(state.dice >> 40) / Double(1 << 24)
                let pick = now + 100_000_000 + UInt64(share * 300_000_000)
                Self.insert((pick, .answer(one.call, one.seat)), &state.steps)
                Self.insert((pick + UInt64(Double(talk) * (0.5 + share)), .end(one.call, one.seat)), &state.steps)
            }
        }
    }

    /// Each call that is answered becomes a work order, as the seat would register it.
    func register(on bus: SiteBus, _ region: RegionCode) async {
        for await (key, seat) in answered {
            do {
                _ = try await bus.tell(
                    RegisterOrder(
                        title: "模拟来电 \(key)", content: "模拟：来电反映的事项。", category: "05", region: region,
                        enterprise: "演示·模拟企业", call: "simulation/\(key)"),
                    as: Actor(
                        kind: .person, id: "sitter-\(seat)", name: "模拟坐席", grants: [Grant(.provinceStaff, in: nil)]))
                state.withLock { $0.registered += 1 }
            } catch { state.withLock { $0.faults.append("\(key): \(error)") } }
        }
    }

    // MARK: - What was seen

    struct Seen {
        var given: [String: SeatID]
        var atOnce: [Double]
        var afterWaiting: [Double]
        var doubled: Int
        var registered: Int
        var faults: [String]
    }

    var seen: Seen {
        state.withLock {
            Seen(
                given: $0.given, atOnce: $0.atOnce.sorted(), afterWaiting: $0.afterWaiting.sorted(),
                doubled: $0.doubled, registered: $0.registered,
                faults: $0.faults)
        }
    }

    // MARK: - Heap

    private static func insert(_ step: (due: UInt64, step: Step), _ heap: inout [(due: UInt64, step: Step)]) {
        heap.append(step)
        var child = heap.count - 1
        while child > 0, heap[(child - 1) / 2].due > heap[child].due {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private static func removeFirst(_ heap: inout [(due: UInt64, step: Step)]) {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
        var parent = 0
        while 2 * parent + 1 < heap.count {
            var least = 2 * parent + 1
            if least + 1 < heap.count, heap[least + 1].due < heap[least].due { least += 1 }
            guard heap[least].due < heap[parent].due else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// The most that any plan could reach, by leaving out that talks need slots: each side at most its number of talks, a shared person at
/// most their slots, all together at most tables × slots. Maximum-weight b-matching by successive shortest paths; exact.
struct TalkBound {
    private struct Edge {
        var to: Int
        var room: Int
        var cost: Int
        /// The wish, or -1.
        var wish: Int
    }

    private var edges: [Edge] = []
    private var leaving: [[Int]]
    private let source = 0, sink = 1
    private let most: Int
    private let heaviest: Int

    /// The sum of weights, and the wishes that make it.
    static func solve(_ problem: TalkProblem) -> (bound: Int, wishes: [Int]) {
        var flow = TalkBound(problem)
        return flow.run()
    }

    private init(_ problem: TalkProblem) {
        heaviest = problem.wishes.map(\.weight).max() ?? 0
        most = problem.tables * problem.slots
        leaving = [[], []]
        let enterprises = Self.nodes(problem.enterprises, problem, &leaving)
        let agencies = Self.nodes(problem.agencies, problem, &leaving)
        for (party, node) in zip(problem.enterprises, enterprises.parties) {
            let room = min(party.limit, (party.slots & problem.everySlot).nonzeroBitCount)
            connect(enterprises.persons[party.person].map { $0.node } ?? source, node, room: room)
        }
        for person in enterprises.persons.values { connect(source, person.node, room: person.room) }
        for (party, node) in zip(problem.agencies, agencies.parties) {
            let room = min(party.limit, (party.slots & problem.everySlot).nonzeroBitCount)
            connect(node, agencies.persons[party.person].map { $0.node } ?? sink, room: room)
        }
        for person in agencies.persons.values { connect(person.node, sink, room: person.room) }
        for (index, wish) in problem.wishes.enumerated() where problem.common(wish) != 0 {
            connect(enterprises.parties[wish.enterprise], agencies.parties[wish.agency], room: 1, cost: heaviest - wish.weight, wish: index)
        }
    }

    /// A node for each party, and one for each person who speaks for several of the side.
    private static func nodes(
        _ parties: [TalkProblem.Party], _ problem: TalkProblem, _ leaving: inout [[Int]]
    ) -> (parties: [Int], persons: [Int: (node: Int, room: Int)]) {
        var slots: [Int: (count: Int, slots: UInt64)] = [:]
        for party in parties {
            let before = slots[party.person] ?? (0, 0)
            slots[party.person] = (before.count + 1, before.slots | party.slots)
        }
        var persons: [Int: (node: Int, room: Int)] = [:]
        for (person, one) in slots.sorted(by: { $0.key < $1.key }) where one.count > 1 {
            persons[person] = (leaving.count, (one.slots & problem.everySlot).nonzeroBitCount)
            leaving.append([])
        }
        let first = leaving.count
        leaving += Array(repeating: [], count: parties.count)
        return (Array(first..<(first + parties.count)), persons)
    }

    private mutating func connect(_ from: Int, _ to: Int, room: Int, cost: Int = 0, wish: Int = -1) {
        leaving[from].append(edges.count)
        edges.append(Edge(to: to, room: room, cost: cost, wish: wish))
        leaving[to].append(edges.count)
        edges.append(Edge(to: from, room: 0, cost: -cost, wish: -1))
    }

    /// Each unit takes exactly one wish net, so the dearest wish minus the path's cost is what a further talk is worth.
    private mutating func run() -> (bound: Int, wishes: [Int]) {
        var potential = [Int](repeating: 0, count: leaving.count)
        var bound = 0
        for _ in 0..<most {
            guard let (distance, entered) = shortest(potential) else { break }
            let far = distance[sink]
            for node in potential.indices { potential[node] += min(distance[node], far) }
            let gain = heaviest - (potential[sink] - potential[source])
            guard gain > 0 else { break }
            bound += gain
            var node = sink
            while node != source {
                let edge = entered[node]
                edges[edge].room -= 1
                edges[edge ^ 1].room += 1
                node = edges[edge ^ 1].to
            }
        }
        return (bound, edges.filter { $0.wish >= 0 && $0.room == 0 }.map(\.wish))
    }

    /// Dijkstra over reduced costs in a dense graph; `nil` where the sink cannot be reached.
    private func shortest(_ potential: [Int]) -> (distance: [Int], entered: [Int])? {
        let count = leaving.count
        var distance = [Int](repeating: .max, count: count), entered = [Int](repeating: -1, count: count)
        var isDone = [Bool](repeating: false, count: count)
        distance[source] = 0
        while true {
            var node = -1, least = Int.max
            for other in 0..<count where !isDone[other] && distance[other] < least { (node, least) = (other, distance[other]) }
            guard node >= 0 else { return distance[sink] == .max ? nil : (distance, entered) }
            isDone[node] = true
            // What lies beyond the sink's distance is not needed.
            if node == sink { return (distance, entered) }
            for index in leaving[node] {
                let edge = edges[index]
                guard edge.room > 0, !isDone[edge.to] else { continue }
                let far = least + edge.cost + potential[node] - potential[edge.to]
                if far < distance[edge.to] { (distance[edge.to], entered[edge.to]) = (far, index) }
            }
        }
    }
}

import RegistryContracts
import Vocabulary

/// The network with all its times: who hung where from when to when. Answers for any day.
struct Tree: Sendable {
    /// One stretch of time of a node under a parent; `until` is the first day after it.
    struct Edge: Sendable, Hashable {
        let node: NodeID
        let parent: NodeID?
        let from: Day
        let until: Day?

        func holds(on day: Day) -> Bool { from <= day && (until.map { day < $0 } ?? true) }
    }

    private let edges: [NodeID: [Edge]]

    init(_ edges: [Edge]) {
        self.edges = Dictionary(grouping: edges, by: \.node)
    }

    /// The parent on a day; `nil` for the root and for a node that did not exist then.
    func parent(of node: NodeID, on day: Day) -> NodeID? {
        edges[node]?.first { $0.holds(on: day) }?.parent
    }

    func exists(_ node: NodeID, on day: Day) -> Bool {
        edges[node]?.contains { $0.holds(on: day) } ?? false
    }

    /// All nodes below (and with) `root`, parents before children, siblings by identifier. Without a root: the whole tree.
    func descendants(of root: NodeID? = nil, on day: Day) -> [NodeID] {
        var children: [NodeID?: [NodeID]] = [:]
        for (node, stretches) in edges {
            guard let edge = stretches.first(where: { $0.holds(on: day) }) else { continue }
            // A parent that has left the network must not take its children out of sight.
            let parent = edge.parent.flatMap { exists($0, on: day) ? $0 : nil }
            children[parent, default: []].append(node)
        }
        var result: [NodeID] = []
        var waiting: [NodeID] = (root.map { exists($0, on: day) ? [$0] : [] } ?? children[nil] ?? []).sorted(by: >)
        var seen: Set<NodeID> = []
        while let node = waiting.popLast() {
            guard seen.insert(node).inserted else { continue }
            result.append(node)
            waiting += (children[node] ?? []).sorted(by: >)
        }
        return result
    }

    /// Whether `node` under `parent` from `day` on would close a circle, on that day or on any later day a change is already known for.
    func wouldCycle(_ node: NodeID, under parent: NodeID, from day: Day) -> Bool {
        let changes = edges.values.joined().map(\.from).filter { $0 > day }
        return Set(changes + [day]).contains { moment in
            var current: NodeID? = parent
            var steps = 0
            while let here = current, steps <= edges.count {
                if here == node { return true }
                current = self.parent(of: here, on: moment)
                steps += 1
            }
            return steps > edges.count
        }
    }
}

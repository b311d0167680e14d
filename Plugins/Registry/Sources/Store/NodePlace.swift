import RegistryContracts
import Vocabulary

/// Where a node stands in the order of lists: by region, kind and identifier.
struct NodePlace: Codable, Sendable {
    var region: RegionCode
    var kind: NodeKind
    var id: NodeID
}

public import Messages

/// A class with its sessions.
public struct GetClass: Query {
    public typealias Reply = ClassDetail

    public static let name: WireName = "school.get-class.v1"

    public var id: ClassID

    public init(id: ClassID) {
        self.id = id
    }
}

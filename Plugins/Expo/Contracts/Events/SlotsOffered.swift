public import Messages

/// An exhibitor offered times for talking.
public struct SlotsOffered: Event {
    public static let name: WireName = "expo.slots-offered.v1"
    public var subject: String { booth.subject }

    public var booth: BoothID
    public var count: Int

    public init(booth: BoothID, count: Int) {
        self.booth = booth
        self.count = count
    }
}

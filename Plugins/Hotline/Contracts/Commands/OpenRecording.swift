public import Messages

/// Tells where a recording lies and writes down who asked and what for. Who may: the desk of its region; where an order of that call is
/// confidential, only who may see that order.
public struct OpenRecording: Command {
    public typealias Reply = RecordingPlace
    public static let name: WireName = "hotline.open-recording.v1"

    /// The call's number here.
    public var call: Int
    /// Its number within the call.
    public var recording: Int
    /// Why, 4…200 characters.
    public var purpose: String

    public init(call: Int, recording: Int, purpose: String) {
        self.call = call
        self.recording = recording
        self.purpose = purpose
    }
}

extension OpenRecording: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.bound("call", "通话序号", 1...Int64(Int32.max))
        schema.bound("recording", "录音序号", 1...10_000)
        schema.limit("purpose", "调听事由", 4...200)
    }
}

public struct RecordingPlace: Codable, Sendable, Hashable {
    /// As the telephone system names it.
    public var place: String

    public init(place: String) { self.place = place }
}

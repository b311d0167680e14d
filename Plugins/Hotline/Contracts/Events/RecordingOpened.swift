public import Messages

/// Somebody was told where a recording lies; who stands in the entry of the log.
public struct RecordingOpened: Event {
    public static let name: WireName = "hotline.recording-opened.v1"
    public var subject: String { "call/\(line)/\(call)" }
    public var line: LineID
    /// As the telephone system names it.
    public var call: String
    /// Its number within the call.
    public var recording: Int
    public var purpose: String

    public init(line: LineID, call: String, recording: Int, purpose: String) {
        self.line = line
        self.call = call
        self.recording = recording
        self.purpose = purpose
    }
}

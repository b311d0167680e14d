public import Messages

/// Brings scans of one device to the server, at once or hours later; the order in which devices come does not matter.
///
/// The earliest scan of a person counts, later ones are duplicates. The same scan sent again changes nothing.
public struct MergeScans: Command {
    public typealias Reply = ScanReceipt

    public static let name: WireName = "school.merge-scans.v1"

    public var schoolClass: ClassID
    public var session: Int
    /// The device's name at the door, 1…40 characters: 东门一号.
    public var device: String
    /// 1…500.
    public var scans: [ScanDraft]

    public init(schoolClass: ClassID, session: Int, device: String, scans: [ScanDraft]) {
        self.schoolClass = schoolClass
        self.session = session
        self.device = device
        self.scans = scans
    }
}

extension MergeScans: SchemaRefining {
    public static func refine(_ schema: inout Schema) {
        schema.limit("device", "设备名称", 1...40)
        schema.limit("scans", "扫描记录", 1...500)
        schema.name(["session": "场次号"])
    }
}

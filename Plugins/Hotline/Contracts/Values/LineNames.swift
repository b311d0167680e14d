public import Messages
import Vocabulary

/// Names a seat as the telephone system does, usually by its extension: `8001`.
public struct SeatID: PlainName {
    public let description: String
    public init(checked: String) { description = checked }
    public static var about: (title: String, format: String, example: String) { ("坐席标识", "seat-id", "8001") }
}

/// Names a telephone or video system that reports to the site: `main`.
public struct LineID: PlainName {
    public let description: String
    public init(checked: String) { description = checked }
    public static var about: (title: String, format: String, example: String) { ("接入线路标识", "line-id", "main") }
}

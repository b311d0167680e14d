/// A part of a page that shows itself anew while somebody looks: by server-sent events where scripts run, otherwise by `Page.refresh`,
/// which then belongs beside it (`refreshesWithoutScript`).
///
/// The browser asks the address again and again over its connection, each answer being one event (`PageReply.live`). It stops in a tab
/// that nobody looks at, and after eight hours, so that a forgotten screen does not keep a session alive for ever. A
/// field that has the focus is left alone; `ButtonLink(takesFocus: true)` gets it when it appears.
public struct LivePart: Component, Sendable {
    /// Milliseconds between two answers.
    public static let pause = 2000

    public var address: String
    public var content: HTML

    /// - Parameter address: what answers with `PageReply.live`.
    public init(from address: String, @HTMLBuilder content: () -> HTML) {
        self.address = address
        self.content = content()
    }

    public var html: HTML { div(Attribute("data-live", address), Attribute("aria-live", "polite")) { content } }
}

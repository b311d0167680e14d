public import Messages

/// The names under which the exchange's own routes stand in receipts.
public enum ExchangeMessage {
    public static let receipt: WireName = "exchange.get-receipt.v1"
    public static let events: WireName = "exchange.get-events.v1"
    public static let endpoints: WireName = "exchange.get-endpoints.v1"
    public static let change: WireName = "exchange.change-endpoint.v1"
    public static let conform: WireName = "exchange.conform.v1"
}

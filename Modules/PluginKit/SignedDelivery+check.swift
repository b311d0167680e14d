public import Crypto
public import Messages
public import Vocabulary

extension SignedDelivery {
    /// Whether one of these secrets signed it, not longer ago or ahead than the tolerance.
    public func isSigned(by secrets: [WebhookSecret], now: Timestamp, tolerance: Duration = .seconds(300)) -> Bool {
        WebhookSignature.isValid(
            header: signature, id: id, timestamp: timestamp, body: Array(body.utf8), secrets: secrets,
            now: now.milliseconds / 1000,
            tolerance: tolerance.components.seconds)
    }
}

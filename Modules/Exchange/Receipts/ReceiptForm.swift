import Crypto
public import Messages
public import Vocabulary

/// What is the same in every receipt of one client's calls of one message under one contract: its canonical text, put together once,
/// into which each receipt writes its digests, number, status and time.
public final class ReceiptForm: Sendable {
    public let site: String
    /// The client's identifier at the site.
    public let client: String
    /// The partner's organisation.
    public let organisation: CreditCode
    /// The version of the contract, from 1; 0 where the client has none.
    public let contract: Int
    public let message: WireName
    /// A whole receipt with zeros in the places that each fills in.
    private let text: [UInt8]
    private let places: ReceiptLine.Places
    /// Statuses that fit into the form; all that HTTP has.
    static let statuses = 100...999

    public init(site: String, client: String, organisation: CreditCode, contract: Int, message: WireName) {
        self.site = site
        self.client = client
        self.organisation = organisation
        self.contract = contract
        self.message = message
        let digest = String(repeating: "0", count: 64)
        (text, places) = ReceiptLine.make(
            PartnerCall(
                id: MessageID(high: 0, low: 0), time: Timestamp(milliseconds: 0), site: site, client: client, organisation: organisation, contract: contract,
                message: message, requestDigest: digest, answerDigest: digest, status: 200))
    }

    /// Bytes of a receipt.
    var count: Int { text.count }

    /// Writes the canonical text of a receipt into memory of `count` bytes.
    ///
    /// - Parameter status: of `statuses`.
    func write(
        to memory: UnsafeMutableRawBufferPointer, _ id: MessageID, status: Int, moment: borrowing Moment, request: SHA256Sum, answer: SHA256Sum
    ) {
        memory.copyBytes(from: text)
        let line = memory.bindMemory(to: UInt8.self).baseAddress.unsafelyUnwrapped
        answer.write(hexadecimal: line + places.answer)
        request.write(hexadecimal: line + places.request)
        id.write(text: line + places.id)
        let digits = line + places.status
        digits[0] = UInt8(truncatingIfNeeded: 48 &+ status / 100)
        digits[1] = UInt8(truncatingIfNeeded: 48 &+ status / 10 % 10)
        digits[2] = UInt8(truncatingIfNeeded: 48 &+ status % 10)
        moment.write(to: line + places.time)
    }

    /// A moment as text, where many of one second follow each other: only the milliseconds are written anew.
    struct Moment: Sendable {
        private var second = Int64.min
        private var milliseconds = 0
        private var text: (UInt64, UInt64, UInt64) = (0, 0, 0)

        mutating func set(_ time: Timestamp) {
            let (now, rest) = time.milliseconds.quotientAndRemainder(dividingBy: 1000)
            if now == second {
                milliseconds = Int(rest)
                return
            }
            withUnsafeMutableBytes(of: &text) { time.write(text: $0.bindMemory(to: UInt8.self)) }
            // What lies outside the years that can be written, or before 1970, is written whole each time.
            let isPlain = Self.seconds.contains(now)
            second = isPlain ? now : .min
            milliseconds = isPlain ? Int(rest) : -1
        }

        /// From 1970 to the end of the year 9999.
        private static let seconds: Range<Int64> = 1..<253_402_300_800

        /// Writes the 24 characters.
        func write(to place: UnsafeMutablePointer<UInt8>) {
            let raw = UnsafeMutableRawPointer(place)
            raw.storeBytes(of: text.0, as: UInt64.self)
            raw.storeBytes(of: text.1, toByteOffset: 8, as: UInt64.self)
            raw.storeBytes(of: text.2, toByteOffset: 16, as: UInt64.self)
            guard milliseconds >= 0 else { return }
            place[20] = UInt8(truncatingIfNeeded: 48 &+ milliseconds / 100)
            place[21] = UInt8(truncatingIfNeeded: 48 &+ milliseconds / 10 % 10)
            place[22] = UInt8(truncatingIfNeeded: 48 &+ milliseconds % 10)
        }
    }
}

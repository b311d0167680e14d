package import Messages
import Vocabulary

/// One frame between the host and a plug-in's process: a head that says what it is, a body of JSON or plain bytes, and descriptors.
///
/// On the wire: two big-endian 32-bit lengths, the head, the body; JSON, or packed where both ends agreed. `PROTOCOL.md` lists every verb.
public struct Frame: Sendable {
    public var head: FrameHead
    public var body: [UInt8]
    /// Open descriptors that came with it; whoever takes the frame closes them.
    public var descriptors: [Int32]

    public init(_ head: FrameHead, body: [UInt8] = [], descriptors: [Int32] = []) {
        self.head = head
        self.body = body
        self.descriptors = descriptors
    }

    /// Most bytes of a head and of a body.
    static let mostHead = 64 << 10
    static let mostBody = 16 << 20
    /// Most descriptors of one frame.
    static let mostDescriptors = 16

    /// The two lengths, the head and the body; what was packed for another end is made JSON where this one takes no other.
    ///
    /// - Throws: `FrameFault.tooLarge`.
    func bytes(_ coding: MessageCoding = .json) throws -> [UInt8] {
        let body = try coding == .json && MessageCoding(of: self.body) == .packed ? Packed.decode(JSONValue.self, from: self.body).serialized() : self.body
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.count)
        bytes.append(contentsOf: repeatElement(0, count: 8))
        switch coding {
        case .json: bytes.append(contentsOf: try JSON.encode(head))
        case .packed: try head.pack(into: &bytes)
        }
        let length = bytes.count - 8
        guard length <= Self.mostHead, body.count <= Self.mostBody else { throw FrameFault.tooLarge(head: length, body: body.count) }
        bytes.withUnsafeMutableBytes { place in
            place.storeBytes(of: UInt32(length).bigEndian, toByteOffset: 0, as: UInt32.self)
            place.storeBytes(of: UInt32(body.count).bigEndian, toByteOffset: 4, as: UInt32.self)
        }
        bytes.append(contentsOf: body)
        return bytes
    }
}

/// Why a channel was given up: the other end breaks the protocol.
public enum FrameFault: Error, Sendable, CustomStringConvertible {
    case tooLarge(head: Int, body: Int)
    case malformedHead(String)
    case descriptors(String)
    case fullQueue

    public var description: String {
        switch self {
        case .tooLarge(let head, let body):
            "a frame of \(head) + \(body) bytes; at most \(Frame.mostHead) + \(Frame.mostBody) are allowed"
        case .malformedHead(let what): "a frame's head is not what PROTOCOL.md says: \(what)"
        case .descriptors(let what): "descriptors: \(what)"
        case .fullQueue: "the other end does not read: too much waits to be sent"
        }
    }
}

extension Frame {
    /// The body of a plug-in's answer as what the verb promises.
    ///
    /// - Throws: `bus.plugin-answer` where it is something else.
    package func read<T: Decodable>(_ type: T.Type, of verb: String) throws(Refusal) -> T {
        do { return try MessageCoding.decode(type, from: body) } catch { throw .plugAnswer(verb) }
    }
}

extension Refusal {
    package static func plugAnswer(_ verb: String) -> Refusal {
        Refusal(
            "bus.plugin-answer", status: 502, message: "该服务的答复不符合约定，本次没有完成。请联系平台运维人员。",
            log: "a plug-in's answer to \(verb) is not what PROTOCOL.md says")
    }
}

/// Cuts a stream of bytes into frames.
struct FrameReader {
    private var pending: [UInt8] = []
    private var start = 0
    private var descriptors: [Int32] = []

    mutating func take(_ bytes: UnsafeRawBufferPointer, descriptors more: [Int32]) {
        if start > 0, start == pending.count || start > 1 << 16 {
            pending.removeFirst(start)
            start = 0
        }
        pending.append(contentsOf: bytes)
        descriptors += more
    }

    /// The next whole frame, if it is there.
    ///
    /// - Throws: `FrameFault`.
    mutating func next() throws -> Frame? {
        guard pending.count - start >= 8 else { return nil }
        let head = length(at: start), body = length(at: start + 4)
        guard head <= Frame.mostHead, body <= Frame.mostBody else { throw FrameFault.tooLarge(head: head, body: body) }
        guard descriptors.count <= 4 * Frame.mostDescriptors else { throw FrameFault.descriptors("more came than frames claim") }
        guard pending.count - start >= 8 + head + body else { return nil }
        let parsed: FrameHead
        do {
            parsed = try pending.withUnsafeBufferPointer {
                let bytes = UnsafeBufferPointer(rebasing: $0[start + 8..<start + 8 + head])
                return try FrameHead(packed: bytes) ?? MessageCoding.decode(FrameHead.self, from: bytes)
            }
        } catch {
            throw FrameFault.malformedHead("\(error)")
        }
        var frame = Frame(parsed, body: Array(pending[start + 8 + head..<start + 8 + head + body]))
        if let count = parsed.files {
            guard (0...Frame.mostDescriptors).contains(count), count <= descriptors.count else {
                throw FrameFault.descriptors("\(count) promised, \(descriptors.count) came")
            }
            frame.descriptors = Array(descriptors.prefix(count))
            descriptors.removeFirst(count)
        }
        start += 8 + head + body
        return frame
    }

    /// Descriptors that no frame claimed.
    mutating func leftovers() -> [Int32] {
        defer { descriptors = [] }
        return descriptors
    }

    private func length(at index: Int) -> Int {
        Int(pending[index]) << 24 | Int(pending[index + 1]) << 16 | Int(pending[index + 2]) << 8 | Int(pending[index + 3])
    }
}

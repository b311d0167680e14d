import Foundation
import Synchronization

/// A line on loopback between a child and its parent that a test can cut, slow down, or let break off all the time.
final class LinkProxy: Sendable {
    enum State: Sendable {
        case open
        case cut
        /// Small pieces with pauses between them.
        case slow
        /// Every connection breaks off after a number of bytes in this range, counted in both directions.
        case flapping(ClosedRange<Int>)
        /// After a number of pieces in this range one comes twice, or changes places with the one behind it.
        case disordered(ClosedRange<Int>)
        /// The next piece that comes down gets lost, and its connection with it; then the line is open.
        case swallowing
    }

    private struct Inside {
        var state = State.open
        var descriptors: Set<Int32> = []
        var isClosed = false
        var broken = 0
    }

    let port: Int
    private let target: Int
    private let listener: Int32
    private let inside = Mutex(Inside())

    /// - Parameter target: the port on loopback that it leads to.
    init(to target: Int) throws {
        self.target = target
        (listener, port) = try Self.listening()
        Thread.detachNewThread { [self] in accepting() }
    }

    private static func listening() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = loopback(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// How many connections broke off, or how often their order was disturbed.
    var broken: Int { inside.withLock { $0.broken } }

    func set(_ state: State) {
        let ended = inside.withLock { inside -> Set<Int32> in
            inside.state = state
            switch state {
            case .open, .swallowing: return []
            default: return inside.descriptors
            }
        }
        for descriptor in ended { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    func close() {
        let ended = inside.withLock { inside -> Set<Int32> in
            inside.isClosed = true
            return inside.descriptors
        }
        shutdown(listener, Int32(SHUT_RDWR))
        for descriptor in ended { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        return address
    }

    private func accepting() {
        while true {
            let near = accept(listener, nil, nil)
            guard near >= 0, !inside.withLock({ $0.isClosed }) else { break }
            let state = inside.withLock { $0.state }
            if case .cut = state {
                Glibc.close(near)
                continue
            }
            let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            var address = Self.loopback(target)
            let connected = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(far, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            }
            guard connected == 0 else {
                Glibc.close(near)
                Glibc.close(far)
                continue
            }
            let pair = Pair(near, far, left: { if case .flapping(let range) = state { Int.random(in: range) } else { .max } }())
            inside.withLock { $0.descriptors.formUnion([near, far]) }
            Thread.detachNewThread { [self] in carry(pair, from: near, to: far) }
            Thread.detachNewThread { [self] in carry(pair, from: far, to: near) }
        }
        Glibc.close(listener)
    }

    /// Two ends; closed when both directions are over.
    private final class Pair: Sendable {
        let near: Int32
        let far: Int32
        let left: Mutex<Int>
        let open = Mutex(2)

        init(_ near: Int32, _ far: Int32, left: Int) {
            self.near = near
            self.far = far
            self.left = Mutex(left)
        }
    }

    /// Whether the piece was dealt with: kept back until the next one has passed it. One that comes twice goes on in the usual way.
    private func disorder(_ left: inout Int, _ held: inout [UInt8], _ piece: inout [UInt8], _ count: Int, _ to: Int32) -> Bool {
        guard case .disordered(let range) = inside.withLock({ $0.state }) else { return false }
        func pass(_ bytes: ArraySlice<UInt8>) { _ = bytes.withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) } }
        if !held.isEmpty {
            pass(piece[..<count])
            pass(held[...])
            held = []
            return true
        }
        left = left > 0 ? left - 1 : Int.random(in: range)
        guard left == 0 else { return false }
        inside.withLock { $0.broken += 1 }
        if Bool.random() { held = Array(piece[..<count]) } else { pass(piece[..<count]) }
        return !held.isEmpty
    }

    private func swallows() -> Bool {
        inside.withLock { inside in
            guard case .swallowing = inside.state else { return false }
            inside.state = .open
            inside.broken += 1
            return true
        }
    }

    private func carry(_ pair: Pair, from: Int32, to: Int32) {
        var piece = [UInt8](repeating: 0, count: 16_384)
        var left = 0
        var held: [UInt8] = []
        while true {
            let isSlow = inside.withLock { if case .slow = $0.state { true } else { false } }
            let count = recv(from, &piece, isSlow ? 700 : piece.count, 0)
            guard count > 0 else { break }
            if isSlow { usleep(2_000) }
            if from == pair.far, swallows() { break }
            if disorder(&left, &held, &piece, count, to) { continue }
            let allowed = pair.left.withLock { left -> Int in
                defer { left = max(0, left - count) }
                return min(left, count)
            }
            var sent = 0
            while sent < allowed {
                let done = piece[sent..<allowed].withUnsafeBytes { send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                guard done > 0 else { break }
                sent += done
            }
            if sent < count {
                if allowed < count { inside.withLock { $0.broken += 1 } }
                break
            }
        }
        shutdown(pair.near, Int32(SHUT_RDWR))
        shutdown(pair.far, Int32(SHUT_RDWR))
        let isLast = pair.open.withLock { open -> Bool in
            open -= 1
            return open == 0
        }
        guard isLast else { return }
        inside.withLock { $0.descriptors.subtract([pair.near, pair.far]) }
        Glibc.close(pair.near)
        Glibc.close(pair.far)
    }
}

import CLinux
import Glibc

extension Connection {
    /// Bytes put together before they are written.
    private static let pieceBytes = 64 * 1024
    /// Pieces of one answer before other connections get their turn.
    private static let piecesPerTurn = 16
    /// Larger bodies are copied piece by piece, smaller ones stand in one buffer with their head.
    private static let smallBody = 32 * 1024

    /// Writes ready answers until there are none, the peer stops reading, or the turn is over.
    func flush() {
        guard phase == .open, !isBlocked else { return }
        if holdsLeftover {
            let from = leftoverSent
            let sent = leftover.withUnsafeBufferPointer { writeOut($0.part(from, $0.count)) }
            guard let sent else { return close() }
            leftoverSent += sent
            guard leftoverSent == leftover.count else { return }
            leftover = []
            leftoverSent = 0
        }
        var pieces = 0
        while pieces < Connection.piecesPerTurn, !endsAfterOutput, continueDue || holdsSource || first?.hasAnswer ?? false {
            pieces += 1
            var out = loop.output
            out.count = 0
            let isSound = fill(&out)
            loop.output = out
            guard isSound, let sent = writeOut(out.bytes) else { return close() }
            if sent < out.count {
                leftover = Array(out.bytes[sent...])
                leftoverSent = 0
                return
            }
        }
        if endsAfterOutput { linger() }
    }

    /// Writes as much as the peer takes; `nil` when the connection is broken.
    private func writeOut(_ bytes: UnsafeBufferPointer<UInt8>) -> Int? {
        var sent = 0
        while sent < bytes.count {
            switch transport.write(bytes.part(sent, bytes.count)) {
            case .moved(let count): sent += count
            case .blocked(let onWrite):
                isBlocked = true
                blockedOnRead = !onWrite
                periodBytes += sent
                acceptor.metrics.bytesSent.add(sent)
                return sent
            case .ended, .failed: return nil
            }
        }
        periodBytes += sent
        blockedOnRead = false
        acceptor.metrics.bytesSent.add(sent)
        return sent
    }

    /// Puts the next piece together.
    /// - Returns: `false` when an answer broke off in its middle: only closing tells the peer.
    private func fill(_ out: inout ByteBuffer) -> Bool {
        if continueDue {
            continueDue = false
            out.append(literal: "HTTP/1.1 100 Continue\r\n\r\n")
        }
        while out.count < Connection.pieceBytes {
            if holdsSource {
                let before = out.count
                guard pour(&out) else { return false }
                // A stream that has nothing yet is asked again in the next turn.
                if out.count == before { return true }
                if source == nil, ended(sourceCloses) { return true }
            } else if let exchange = first, exchange.hasAnswer {
                if let answer = exchange.takePlain() {
                    next()
                    begin(answer, exchange, &out)
                } else if let answer = exchange.take() {
                    next()
                    begin(answer, exchange, &out)
                }
                if !holdsSource, ended(exchange.closes) { return true }
            } else {
                return true
            }
        }
        return true
    }

    private func next() {
        first?.connection = nil
        first = othersCount == 0 ? nil : others.removeFirst()
        idleSince = loop.now
    }

    /// After the end of one answer: whether it was the connection's last.
    private func ended(_ closes: Bool) -> Bool {
        if closes { endsAfterOutput = true }
        return closes
    }

    private func begin(_ answer: PlainAnswer, _ exchange: HTTPExchange, _ out: inout ByteBuffer) {
        sourceCloses = exchange.closes
        loop.date.refresh(at: loop.now)
        AnswerWriter.write(answer, closes: exchange.closes, date: loop.date, standing: acceptor.standing, to: &out)
        acceptor.metrics.countAnswer(200)
        guard !exchange.isHead else { return }
        if answer.body.count <= Connection.smallBody {
            out.append(answer.body)
        } else {
            source = .bytes(answer.body, sent: 0)
            queue(answer.body.count)
        }
    }

    private func begin(_ answer: HTTPResponse, _ exchange: HTTPExchange, _ out: inout ByteBuffer) {
        sourceCloses = exchange.closes
        loop.date.refresh(at: loop.now)
        let isBare = answer.status == 204 || answer.status == 304
        switch answer.body {
        case .bytes(let bytes):
            guard head(answer, isBare ? .none : .bytes(bytes.count), exchange, &out), !isBare, !exchange.isHead else {
                return
            }
            if bytes.count <= Connection.smallBody {
                out.append(bytes)
            } else {
                source = .bytes(bytes, sent: 0)
                queue(bytes.count)
            }
        case .file(let path, let length): file(answer, path, length, exchange, &out)
        case .stream(let produce):
            guard head(answer, isBare ? .none : .chunked, exchange, &out), !isBare, !exchange.isHead else { return }
            source = .stream(produce)
        }
    }

    private func head(
        _ answer: HTTPResponse, _ length: AnswerWriter.Length, _ exchange: HTTPExchange, _ out: inout ByteBuffer
    ) -> Bool {
        if AnswerWriter.write(answer, length, closes: exchange.closes, date: loop.date, standing: acceptor.standing, to: &out) {
            acceptor.metrics.countAnswer(answer.status)
            return true
        }
        return broken(exchange, &out)
    }

    /// A 500 in the place of an answer that cannot be sent.
    private func broken(_ exchange: HTTPExchange, _ out: inout ByteBuffer) -> Bool {
        acceptor.metrics.defects.add(1)
        acceptor.metrics.countAnswer(500)
        let answer = ProtocolFault.defect.response
        guard case .bytes(let bytes) = answer.body,
            AnswerWriter.write(
                answer, .bytes(bytes.count), closes: exchange.closes, date: loop.date, standing: acceptor.standing, to: &out)
        else { return false }
        if !exchange.isHead { out.append(bytes) }
        return false
    }

    private func file(
        _ answer: HTTPResponse, _ path: String, _ length: Int64, _ exchange: HTTPExchange, _ out: inout ByteBuffer
    ) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, Int64(status.st_size) >= length,
            status.st_mode & S_IFMT == S_IFREG
        else {
            if descriptor >= 0 { Glibc.close(descriptor) }
            _ = broken(exchange, &out)
            return
        }
        var answer = answer
        var from: Int64 = 0, count = length
        if answer.status == 200 {
            answer.headers.set("Accept-Ranges", "bytes")
            // Only a strong validator may stand in If-Range (RFC 9110 §13.1.5); a date never equals our tag, so the whole is sent.
            let isSame = exchange.ifRange.map { $0 == answer.headers["ETag"] && !$0.hasPrefix("W/") } ?? true
            switch isSame ? FileRange(exchange.range, length: length) : .whole {
            case .whole: break
            case .part(let start, let end):
                answer.status = 206
                answer.headers.set("Content-Range", "bytes \(start)-\(end)/\(length)")
                from = start
                count = end - start + 1
            case .unsatisfiable:
                answer.status = 416
                answer.headers.set("Content-Range", "bytes */\(length)")
                count = 0
            }
        }
        guard head(answer, .bytes(Int(count)), exchange, &out), !exchange.isHead, count > 0 else {
            Glibc.close(descriptor)
            return
        }
        source = .file(descriptor, offset: from, remaining: count)
    }

    /// Appends the next piece of the answer being sent.
    private func pour(_ out: inout ByteBuffer) -> Bool {
        let space = Connection.pieceBytes
        switch source {
        case .bytes(let bytes, let sent):
            let take = min(bytes.count - sent, space)
            bytes.withUnsafeBufferPointer { out.append($0.part(sent, sent + take)) }
            source = sent + take < bytes.count ? .bytes(bytes, sent: sent + take) : nil
            queue(-take)
        case .file(let descriptor, let offset, let remaining):
            let take = min(remaining, Int64(space))
            out.need(Int(take))
            let count = pread(descriptor, out.base + out.count, Int(take), Int(offset))
            guard count > 0 else { return false }
            out.count += count
            if Int64(count) < remaining {
                source = .file(descriptor, offset: offset + Int64(count), remaining: remaining - Int64(count))
            } else {
                Glibc.close(descriptor)
                source = nil
            }
        case .stream(let produce):
            do {
                guard let chunk = try produce() else {
                    out.append(literal: "0\r\n\r\n")
                    source = nil
                    return true
                }
                guard !chunk.isEmpty else { return true }
                out.append(hex: chunk.count)
                out.append(literal: "\r\n")
                out.append(chunk)
                out.append(literal: "\r\n")
            } catch {
                return false
            }
        case nil: break
        }
        return true
    }
}

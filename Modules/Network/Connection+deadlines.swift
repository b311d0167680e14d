extension Connection {
    /// Works out what the connection waits for now and until when. Called after everything it does.
    func setDeadline() {
        let times = acceptor.times
        let next: Waiting
        let moment: Int64
        switch phase {
        case .handshake:
            next = .handshake
            moment = idleSince + times.handshake
        case .lingering:
            next = .goodbye
            moment = waiting == .goodbye ? deadline : loop.now + Acceptor.lingerMilliseconds
        case .closed: return
        case .open:
            if isBlocked {
                next = .reader
                if waiting != .reader { startPeriod() }
                moment = periodStart + times.writeStall
            } else if let first, !first.hasAnswer {
                next = .answer
                moment = first.since + times.answer
            } else if readsHead {
                next = headSince >= 0 ? .head : .request
                moment = headSince >= 0 ? headSince + times.head : idleSince + times.idle
            } else {
                next = .body
                if waiting != .body { startPeriod() }
                moment = periodStart + times.bodyStall
            }
        }
        waiting = next
        deadline = moment
        // The entry in the wheel may come early, never late.
        if deadline + TimerWheel.tickMilliseconds < scheduledAt { schedule() }
    }

    private func startPeriod() {
        periodStart = loop.now
        periodBytes = 0
    }

    private func schedule() {
        scheduledAt = loop.schedule(transport.descriptor, serial: serial, at: deadline)
    }

    func expired() {
        guard phase != .closed, loop.now >= scheduledAt else { return }
        scheduledAt = Int64.max
        guard loop.now >= deadline else { return schedule() }
        timeOut()
    }

    private func timeOut() {
        let metrics = acceptor.metrics
        switch waiting {
        case .handshake:
            metrics.handshakeFailures.add(1)
            close()
        case .goodbye: close()
        case .request:
            transport.endOutput()
            close()
        case .head:
            metrics.headTimeouts.add(1)
            headSince = -1
            refuse(.headTime)
            turn()
        case .body:
            guard !keepsRate(acceptor.times.bodyStall) else { return }
            metrics.bodyTimeouts.add(1)
            refuse(.bodyTime)
            turn()
        case .answer:
            metrics.answerTimeouts.add(1)
            isLast = true
            first?.overrule(ProtocolFault.answerTime.response)
            turn()
        case .reader:
            guard !keepsRate(acceptor.times.writeStall) else { return }
            metrics.slowReaders.add(1)
            close()
        }
    }

    /// Whether enough bytes moved in the period that has just ended; then a new one begins.
    private func keepsRate(_ period: Int64) -> Bool {
        guard Int64(periodBytes) * 1000 >= Int64(acceptor.configuration.lowestRate) * period, periodBytes > 0 else {
            return false
        }
        startPeriod()
        setDeadline()
        return true
    }

    /// The server drains: an idle connection says goodbye, a busy one does after its last answer.
    func beginDrain() {
        guard phase == .open else { return }
        if let last = others.last ?? first {
            last.closes = true
            isLast = true
        } else if source != nil || !leftover.isEmpty {
            sourceCloses = true
            endsAfterOutput = source == nil
            isLast = true
        } else if case .head = reading, headSince < 0, pending.isEmpty {
            linger()
        }
    }
}

/// The fields that decide where a request ends and whom it addresses, gathered while the head is read.
struct FramingFields {
    private(set) var closes = false
    private(set) var expectsContinue = false
    private var host: FieldLine.Mark?
    private var contentLength: Int?
    private var codings: (chunked: Int, others: Int, chunkedIsLast: Bool)?

    /// Takes one field; most are none of our business and leave after one comparison of lengths.
    mutating func note(
        _ bytes: UnsafeBufferPointer<UInt8>, _ mark: FieldLine.Mark, _ classes: UnsafePointer<UInt8>
    ) -> ProtocolFault? {
        switch mark.nameEnd &- mark.name {
        case 4, 6, 10, 14, 17: break
        default: return nil
        }
        let name = bytes.part(mark.name, mark.nameEnd)
        let value = bytes.part(mark.value, mark.valueEnd)
        switch name.count {
        case 4 where name.isText("host"):
            guard host == nil, HostField.isValid(value, classes) else { return .host }
            host = mark
        case 6 where name.isText("expect"):
            guard value.isText("100-continue") else { return .expectation }
            expectsContinue = true
        case 10 where name.isText("connection"):
            for option in value.split(separator: Byte.comma) {
                if UnsafeBufferPointer(rebasing: option).trimmed().isText("close") { closes = true }
            }
        case 14 where name.isText("content-length"):
            guard contentLength == nil, let length = FramingFields.number(value) else { return .contentLength }
            contentLength = length
        case 17 where name.isText("transfer-encoding"):
            return noteCodings(value, classes)
        default: break
        }
        return nil
    }

    private mutating func noteCodings(
        _ value: UnsafeBufferPointer<UInt8>, _ classes: UnsafePointer<UInt8>
    ) -> ProtocolFault? {
        var found = codings ?? (0, 0, false)
        for piece in value.split(separator: Byte.comma, omittingEmptySubsequences: false) {
            let coding = UnsafeBufferPointer(rebasing: piece).trimmed()
            guard !coding.isEmpty, coding.allSatisfy({ classes[Int($0)] & ByteClass.token != 0 }) else { return .framing }
            found.chunkedIsLast = coding.isText("chunked")
            if found.chunkedIsLast { found.chunked += 1 } else { found.others += 1 }
        }
        codings = found
        return nil
    }

    /// What the fields mean together (RFC 9112 §3.2, §6.3).
    func conclude(
        with line: RequestLine, _ bytes: UnsafeBufferPointer<UInt8>
    ) -> Result<RequestHead.Framing, ProtocolFailure> {
        guard let host else { return .failure(ProtocolFailure(fault: .host)) }
        if let authority = line.authority {
            let value = bytes.part(host.value, host.valueEnd)
            guard String(decoding: value, as: UTF8.self).lowercased() == authority else {
                return .failure(ProtocolFailure(fault: .host))
            }
        }
        if let codings {
            guard contentLength == nil else { return .failure(ProtocolFailure(fault: .framing)) }
            if codings.chunked > 1 || (codings.chunked == 1 && !codings.chunkedIsLast) {
                return .failure(ProtocolFailure(fault: .framing))
            }
            guard codings.others == 0 else { return .failure(ProtocolFailure(fault: .coding)) }
            return .success(.chunked)
        }
        guard let contentLength, contentLength > 0 else { return .success(.none) }
        return .success(.length(contentLength))
    }

    /// Digits only, at most fifteen: no sign, no list, no blank.
    static func number(_ value: UnsafeBufferPointer<UInt8>) -> Int? {
        guard (1...15).contains(value.count) else { return nil }
        var result = 0
        for byte in value {
            guard byte &- 48 < 10 else { return nil }
            result = result * 10 + Int(byte &- 48)
        }
        return result
    }
}

/// The value of `Host`: a name, an IPv4 address or a bracketed IPv6 address, then perhaps a port.
enum HostField {
    static func isValid(_ value: UnsafeBufferPointer<UInt8>, _ classes: UnsafePointer<UInt8>) -> Bool {
        guard let first = value.first, value.count <= 260 else { return false }
        var place = 0
        if first == UInt8(ascii: "[") {
            place = 1
            while place < value.count, value[place] != UInt8(ascii: "]") {
                let byte = value[place]
                guard classes[Int(byte)] & ByteClass.hex != 0 || byte == Byte.colon || byte == 46 else { return false }
                place += 1
            }
            guard place > 2, place < value.count else { return false }
            place += 1
        } else {
            while place < value.count, classes[Int(value[place])] & ByteClass.host != 0 { place &+= 1 }
            guard place > 0 else { return false }
        }
        guard place < value.count else { return true }
        guard value[place] == Byte.colon, let port = FramingFields.number(value.part(place + 1, value.count)) else {
            return false
        }
        return (1...65535).contains(port)
    }
}

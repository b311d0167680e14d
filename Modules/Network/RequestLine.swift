/// The first line of a request: method, target, version (RFC 9112 §3).
struct RequestLine {
    var method: HTTPMethod
    var path: String
    var query: String?
    /// The authority of an absolute-form target, lowercase; it must equal `Host`.
    var authority: String?

    private static let longestMethod = 32

    static func parse(
        _ line: UnsafeBufferPointer<UInt8>, targetBytes: Int, classes: UnsafePointer<UInt8>
    ) -> Result<RequestLine, ProtocolFailure> {
        var place = 0
        while place < line.count, classes[Int(line[place])] & ByteClass.token != 0 { place &+= 1 }
        guard place > 0, place < line.count, line[place] == Byte.space else { return refuse(line, .requestLine) }
        guard place <= longestMethod else { return refuse(line, .method) }
        let method = line.part(0, place)
        let from = place + 1
        place = from
        while place < line.count, line[place] != Byte.space { place &+= 1 }
        guard place > from, place < line.count else { return refuse(line, .requestLine) }
        let target = line.part(from, place)
        guard target.count <= targetBytes else { return refuse(line, .longTarget) }
        let version = line.part(place + 1, line.count)
        guard isVersion(version) else { return refuse(line, .requestLine) }
        guard version[5] == 49, version[7] == 49 else { return refuse(line, .version) }
        return read(target, name(of: method), classes)
    }

    /// `HTTP/d.d`, letters in capitals.
    private static func isVersion(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == 8, bytes[0] == 72, bytes[1] == 84, bytes[2] == 84, bytes[3] == 80, bytes[4] == Byte.slash
        else { return false }
        return bytes[5] &- 48 < 10 && bytes[6] == 46 && bytes[7] &- 48 < 10
    }

    /// The fault, unless a CR stands in the line: then that is what is wrong with it.
    private static func refuse(
        _ line: UnsafeBufferPointer<UInt8>, _ fault: ProtocolFault
    ) -> Result<RequestLine, ProtocolFailure> {
        .failure(ProtocolFailure(fault: line.contains(Byte.carriageReturn) ? .lineEnd : fault))
    }

    private static func name(of method: UnsafeBufferPointer<UInt8>) -> HTTPMethod {
        if method.count == 3, method[0] == 71, method[1] == 69, method[2] == 84 { return .get }
        if method.count == 4, method[0] == 80, method[1] == 79, method[2] == 83, method[3] == 84 { return .post }
        return HTTPMethod(rawValue: String(decoding: method, as: UTF8.self))
    }

    private static func read(
        _ target: UnsafeBufferPointer<UInt8>, _ method: HTTPMethod, _ classes: UnsafePointer<UInt8>
    ) -> Result<RequestLine, ProtocolFailure> {
        // A tunnel is refused whatever its target looks like.
        if method.number == 0, method.rawValue == "CONNECT" { return .failure(ProtocolFailure(fault: .method)) }
        if target.count == 1, target[0] == 42, method == .options {
            return .success(RequestLine(method: method, path: "*", query: nil, authority: nil))
        }
        var authority: String?
        var path = 0
        if target[0] != Byte.slash {
            guard let found = splitAbsolute(target, classes) else { return refuse(target, .target) }
            authority = String(decoding: target.part(found.host, found.path), as: UTF8.self).lowercased()
            path = found.path
        }
        var question = -1
        var place = path
        while place < target.count {
            let byte = target[place]
            guard classes[Int(byte)] & ByteClass.target != 0 else { return refuse(target, .target) }
            if byte == Byte.percent {
                guard place + 2 < target.count, classes[Int(target[place + 1])] & ByteClass.hex != 0,
                    classes[Int(target[place + 2])] & ByteClass.hex != 0,
                    target[place + 1] != Byte.zero || target[place + 2] != Byte.zero
                else { return refuse(target, .target) }
            }
            if byte == Byte.question, question < 0 { question = place }
            place &+= 1
        }
        let pathEnd = question < 0 ? target.count : question
        return .success(
            RequestLine(
                method: method,
                path: pathEnd == path ? "/" : String(decoding: target.part(path, pathEnd), as: UTF8.self),
                query: question < 0 ? nil : String(decoding: target.part(question + 1, target.count), as: UTF8.self),
                authority: authority))
    }

    /// Where host and path begin in `http://host/path`; `nil` for any other form.
    private static func splitAbsolute(
        _ target: UnsafeBufferPointer<UInt8>, _ classes: UnsafePointer<UInt8>
    ) -> (host: Int, path: Int)? {
        let host: Int
        if target.count > 7, target.part(0, 7).isText("http://") {
            host = 7
        } else if target.count > 8, target.part(0, 8).isText("https://") {
            host = 8
        } else {
            return nil
        }
        var path = host
        while path < target.count, target[path] != Byte.slash, target[path] != Byte.question { path += 1 }
        return HostField.isValid(target.part(host, path), classes) ? (host, path) : nil
    }
}

import Messages
import Network
import Store
import Synchronization

/// The body of an upload as it arrives: one file as it is, or a multipart form of files (RFC 7578). It goes to disk piece by piece.
final class Upload: HTTPBodySink {
    /// What a form may need beside the content.
    static let overhead = 64 * 1024
    static let most = 20

    private struct State {
        var multipart: MultipartReader?
        var current: (file: IncomingFile, name: String?, kind: FileKind?)?
        var finished: [(file: IncomingFile, name: String?, kind: FileKind?)] = []
        var total = 0
        var received = 0
    }

    private let store: FileStore
    private let requestID: String
    private let allowance: UploadAllowance
    private let state: Mutex<State>

    /// Reads from the head what is coming.
    ///
    /// - Throws: a `Refusal` (415) for a type that is not kept, before anything is read.
    init(_ head: HTTPRequest, into store: FileStore, requestID: String, allowance: UploadAllowance) throws(Refusal) {
        self.allowance = allowance
        self.store = store
        self.requestID = requestID
        let type = head.field("Content-Type") ?? ""
        let name = try Self.name(head)
        if type.prefix(while: { $0 != ";" }).lowercased() == "multipart/form-data" {
            guard let boundary = Gateway.boundary(type), (1...70).contains(boundary.utf8.count) else {
                throw .mediaType("multipart/form-data; boundary=…", given: type)
            }
            state = Mutex(State(multipart: MultipartReader(boundary: boundary)))
            return
        }
        let bare = type.prefix { $0 != ";" }.lowercased()
        guard let kind = FileKind.allCases.first(where: { $0.mediaType == bare }) else {
            throw .mediaType(FileKind.allCases.map(\.mediaType).joined(separator: "、") + "、multipart/form-data", given: type.isEmpty ? nil : type)
        }
        do {
            state = Mutex(State(current: (try IncomingFile(into: store), name, kind)))
        } catch {
            throw (error as? StoreError)?.refusal ?? .busy
        }
    }

    /// The label of a raw upload, from `?name=`; never a path.
    private static func name(_ head: HTTPRequest) throws(Refusal) -> String? {
        guard let query = head.query else { return nil }
        let pairs = try FormDecoding.pairs(query.utf8)
        let strangers = pairs.filter { $0.name != "name" }
        guard strangers.isEmpty, pairs.count == 1, let name = pairs.first?.value, (1...255).contains(name.count) else {
            throw .unknownParameters(
                (strangers.isEmpty ? pairs : strangers).map {
                    .init(field: "/" + $0.name, message: "此处只能有一个参数 name：文件名，1 至 255 个字，请改正或删去。")
                })
        }
        return name
    }

    func take(_ bytes: UnsafeBufferPointer<UInt8>) -> HTTPResponse? {
        do {
            try state.withLock { state in
                state.received += bytes.count
                guard state.received <= allowance.bytes else { throw Refusal.uploadTooLarge(min(allowance.bytes, store.limit)) }
                try Self.add(UnsafeRawBufferPointer(bytes), to: &state, store)
            }
            return nil
        } catch {
            abandon()
            let refusal = error as? Refusal ?? (error as? StoreError)?.refusal ?? .busy
            var response = HTTPResponse.json(refusal.status, refusal.problemDetails(instance: requestID), type: Refusal.mediaType)
            response.headers.add("X-Request-Id", requestID)
            return response
        }
    }

    private static func add(_ bytes: UnsafeRawBufferPointer, to state: inout State, _ store: FileStore) throws {
        guard var reader = state.multipart else {
            try state.current?.file.add(bytes)
            return
        }
        defer { state.multipart = reader }
        try reader.feed(bytes) { event in
            switch event {
            case .begin(let name, let type):
                guard state.finished.count < most else { throw Refusal.tooManyFiles }
                let bare = type?.prefix { $0 != ";" }.lowercased()
                let kind = FileKind.allCases.first { $0.mediaType == bare }
                state.current = (try IncomingFile(into: store), name, FileKind(fileName: name) ?? kind)
            case .data(let piece):
                state.total += piece.count
                guard state.total <= store.limit else { throw Refusal.uploadTooLarge(store.limit) }
                try state.current?.file.add(piece)
            case .end:
                if let current = state.current { state.finished.append(current) }
                state.current = nil
            }
        }
    }

    func abandon() {
        state.withLock { state in
            for entry in state.finished { entry.file.discard() }
            state.current?.file.discard()
            state.finished = []
            state.current = nil
        }
    }

    /// Keeps what came; waits for the disk. All or nothing is answered; content that was kept before a fault stays, unnamed.
    func seal() throws -> [Attachment] {
        try state.withLock { state in
            if let reader = state.multipart {
                guard reader.isComplete, !state.finished.isEmpty else { throw Refusal.brokenUpload("form ends early or has no file") }
            } else if let current = state.current {
                state.finished = [current]
                state.current = nil
            }
            defer {
                for entry in state.finished { entry.file.discard() }
                state.finished = []
            }
            let kept = try state.finished.map { try $0.file.seal(name: $0.name, type: $0.kind) }
            allowance.spend(state.received)
            return kept
        }
    }
}

extension Refusal {
    static func brokenUpload(_ what: String) -> Refusal {
        Refusal(
            "gateway.multipart", status: 400, message: "上传内容不完整或格式有误，未受理。请重新选择文件后提交。", log: "multipart form: \(what)")
    }

    static let tooManyFiles = Refusal(
        "gateway.upload-files", status: 413, message: "一次最多上传 \(Upload.most) 个文件，未受理。请分次上传。", log: "more than \(Upload.most) files in one form")

    static func uploadTooLarge(_ limit: Int) -> Refusal {
        Refusal(
            "store.file-too-large", status: 413, message: "文件合计超过上限 \(limit) 字节，未受理。请压缩或分次上传。", log: "upload larger than \(limit) bytes")
    }
}

import Bus
import Identity
import Messages
import Network
import Pages
import PluginKit
import Store

extension Gateway {
    /// What stands below `/api/{site}/files`.
    enum FileService: Sendable {
        case receive, give
    }

    static let fileRoutes: RouteTable<FileService> = {
        var table = RouteTable<FileService>()
        table.add(.post(""), .receive)
        table.add(.put(""), .receive)
        table.add(.get("/{digest}"), .give)
        return table
    }()

    /// `/api/{site}/files` takes files in, `/api/{site}/files/{digest}` gives them to whom a plug-in lets see them.
    func files(_ path: Substring, _ call: APICall) {
        guard call.site.takesFiles else { return refuse(.notFound, call) }
        switch Self.fileRoutes.match(call.request.method.rawValue, path) {
        case .nothing: refuse(.notFound, call)
        case .otherMethod(let allowed): wrongMethod(call, allowed: allowed)
        case .found(.receive, _): receive(call)
        case .found(.give, let parameters):
            guard let digest = parameters.first?.value, !digest.contains("/") else { return refuse(.notFound, call) }
            if !heavy.run({ [self] in give(digest, call) }) { refuse(.busy, call) }
        }
    }

    // MARK: - Downloads

    /// Who may see an attachment is the decision of the plug-in that keeps it; the first that lets this actor see it gives it out.
    private func give(_ digest: String, _ call: APICall) {
        do throws(Refusal) {
            if let query = call.request.query { throw try .strayQuery(query) }
            guard let attachment = try attachment(digest, call) else {
                throw call.caller.actor.kind == .visitor ? .signInRequired : .fileUnknown
            }
            guard Acceptance.admits(attachment.type.mediaType, call.request.field("Accept")) else {
                throw .notAcceptable(attachment.type.mediaType)
            }
            let tag = "\"\(attachment.digest)\""
            var response = HTTPResponse(
                headers: ["ETag": tag, "Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff", "Strict-Transport-Security": HTTPResponse.strictTransport])
            if EntityTag.isKnown(tag, to: call.request) {
                response.status = 304
            } else {
                response.headers.add("Content-Type", attachment.type.mediaType)
                // What people upload is never shown inside our origin.
                response.headers.add("Content-Security-Policy", "default-src 'none'; sandbox")
                response.headers.add("Content-Disposition", "attachment; filename*=UTF-8''\(QueryLink.encode(attachment.name))")
                response.body = .file(path: call.site.files.path(of: attachment), length: Int64(attachment.size))
            }
            send(response, call)
        } catch {
            refuse(error, call)
        }
    }

    private func attachment(_ digest: String, _ call: APICall) throws(Refusal) -> Attachment? {
        for part in call.site.parts {
            do {
                if let found = try part.attachment(digest, call.caller.actor, clock.now) { return found }
            } catch let refusal as Refusal where refusal.status == 404 || refusal.status == 403 {
                continue
            } catch {
                throw failure(error, call)
            }
        }
        return nil
    }

    func failure(_ error: any Error, _ call: APICall) -> Refusal {
        if let refusal = error as? Refusal { return refusal }
        let incident = Incident.code(ids.next())
        log(.error, call.request.path.contains("/files") ? "files" : "stories", "\(type(of: error)): \(error)", ("site", call.site.card.id), ("incident", incident), ("request", call.requestID))
        return (error as? StoreError)?.refusal ?? .internalError(incident: incident)
    }

    // MARK: - Uploads

    /// What becomes of the body of an upload, decided before the first byte of it is read.
    func uploadPlan(_ head: HTTPRequest, _ facade: Facade) -> HTTPBodyPlan? {
        guard head.method == .post || head.method == .put, head.path.hasPrefix("/api/"), head.path.hasSuffix("/files") else { return nil }
        let (siteID, rest) = Self.split(head.path.dropFirst(4))
        guard rest == "/files", let site = facade.sites[String(siteID)], site.takesFiles else { return nil }
        let id = Self.requestID(head.field("X-Request-Id")) ?? ids.next().description
        do throws(Refusal) {
            let caller = caller(of: head, at: site)
            try mayUpload(caller, head, site)
            let allowance = try allowance(head.field("Content-Length").flatMap { Int($0) }, for: caller.actor, at: site, address: "\(head.peer)")
            return .sink(try Upload(head, into: site.files, requestID: id, allowance: allowance), limit: site.files.limit + Upload.overhead)
        } catch {
            var response = problem(error, instance: id)
            response.headers.add("X-Request-Id", id)
            return .refuse(response)
        }
    }

    private func mayUpload(_ caller: Caller, _ head: HTTPRequest, _ site: SiteFace) throws(Refusal) {
        guard site.parts.contains(where: { $0.blueprint.attachments?.upload.allows(caller.actor) ?? false }) else {
            throw caller.actor.kind == .visitor ? .signInRequired : .forbidden
        }
        if let refusal = caller.confined { throw refusal }
        if caller.session != nil, !isValid(csrf: head.field("X-CSRF-Token") ?? "", caller, at: site) { throw .csrfMissing }
    }

    private func receive(_ call: APICall) {
        do throws(Refusal) {
            try mayUpload(call.caller, call.request, call.site)
            let upload: Upload
            if let taken = call.request.sink as? Upload {
                upload = taken
            } else {
                // Without a connection, as in tests, or without a body.
                let allowance = try allowance(call.request.body.count, for: call.caller.actor, at: call.site, address: "\(call.request.peer)")
                upload = try Upload(call.request, into: call.site.files, requestID: call.requestID, allowance: allowance)
                if let answer = call.request.body.withUnsafeBufferPointer({ $0.isEmpty ? nil : upload.take($0) }) {
                    return call.exchange.finish(answer)
                }
            }
            // The last step waits for the disk.
            guard heavy.run({ [self] in keep(upload, call) }) else {
                upload.abandon()
                throw .busy
            }
        } catch {
            refuse(error, call)
        }
    }

    private func keep(_ upload: Upload, _ call: APICall) {
        do {
            let files = try upload.seal()
            var response = HTTPResponse.json(201, try JSON.encode(ReceivedFiles(files: files)))
            if files.count == 1, let only = files.first {
                response.headers.add("Location", "/api/\(call.site.card.id)/files/\(only.digest)")
            }
            send(response, call)
        } catch {
            refuse(failure(error, call), call)
        }
    }
}

/// The reply of an upload: each file by its digest, to be named in a command.
struct ReceivedFiles: Codable, Sendable {
    var files: [ReceivedFile]

    init(files: [Attachment]) { self.files = files.map { ReceivedFile(digest: $0.digest, name: $0.name, type: $0.type.mediaType, length: $0.size) } }
}

struct ReceivedFile: Codable, Sendable {
    /// SHA-256, 64 hexadecimal digits.
    var digest: String
    var name: String
    /// Media type.
    var type: String
    /// Bytes.
    var length: Int
}

extension Refusal {
    static let fileUnknown = Refusal(
        "gateway.file-unknown", status: 404, message: "没有这个附件，或您无权查看。请从引用它的事项中取得链接。", log: "no attachment for this actor")
}

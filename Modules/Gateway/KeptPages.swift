import Messages
import Network
import Pages
import PluginKit
import Store
import Synchronization
import Vocabulary

/// Pages that say the same to everybody who is not signed in, rendered once: of routes registered as kept, for addresses without a query.
///
/// A rendering counts as long as its plug-in's file has committed nothing since it began and the minute of the clock is the same; what is
/// made for one browser (a session, a notice, the token of a form) is never kept. It goes with the face of its site, so a plug-in that
/// is turned on or off, or another brand, begins anew.
final class KeptPages: Sendable {
    /// What a rendering stands for.
    struct Stamp: Equatable {
        /// Of the plug-in's file, read before the page was made: the rendering may be newer than it says, never older.
        var commits: Int
        var minute: Int64
    }

    private struct Kept {
        var stamp: Stamp
        var response: HTTPResponse
        var size: Int
    }

    private struct State {
        var pages: [String: Kept] = [:]
        var size = 0
    }

    /// Bytes of bodies at one site; what comes on top begins anew, since addresses are chosen by strangers.
    static let most = 8 << 20

    private let state = Mutex(State())

    /// - Parameter path: as it was asked for, without a query.
    func find(_ path: String, _ stamp: Stamp) -> HTTPResponse? {
        state.withLock { state in
            guard let kept = state.pages[path], kept.stamp == stamp else { return nil }
            return kept.response
        }
    }

    func keep(_ response: HTTPResponse, size: Int, at path: String, _ stamp: Stamp) {
        guard size <= Self.most else { return }
        state.withLock { state in
            state.size -= state.pages.removeValue(forKey: path)?.size ?? 0
            if state.size + size > Self.most { state = State() }
            state.size += size
            state.pages[path] = Kept(stamp: stamp, response: response, size: size)
        }
    }

    /// Bytes that are kept now.
    var size: Int { state.withLock { $0.size } }
}

extension Gateway {
    /// Under which stamp the page may be kept; `nil` where it is made for whoever asks.
    func stamp(of route: PageRoute, _ part: SiteFace.Part, _ caller: Caller, _ request: HTTPRequest) -> KeptPages.Stamp? {
        guard route.isKept, let plug = part.plug, request.method == .get, request.query == nil, caller.actor.kind == .visitor,
            request.field(.cookie) == nil || Self.cookie(Self.noticeCookie, in: request) == nil
        else { return nil }
        return KeptPages.Stamp(commits: plug.file.commits, minute: clock.now.milliseconds / 60_000)
    }

    /// The answer for one visitor, kept for the others where nothing in it is this visitor's own.
    func keep(_ reply: PageReply, _ visit: Visit, _ stamp: KeptPages.Stamp) -> HTTPResponse {
        guard case .page(let page) = reply, page.status == 200 else { return render(reply, visit) }
        var plain = visit
        plain.cookies = []
        var response = render(reply, plain)
        let own = [visit.request.csrfToken, visit.request.id.description].map { Array($0.utf8) }
        guard case .bytes(let bytes) = response.body, !own.contains(where: { bytes.firstRange(of: $0) != nil }) else { return render(reply, visit) }
        response.headers = response.headers.prepared()
        visit.site.kept.keep(response, size: bytes.count, at: visit.request.path, stamp)
        return response
    }
}

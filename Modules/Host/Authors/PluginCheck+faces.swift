import Bus
import FoundationEssentials
import Messages
import Pages
import PluginKit
import Vocabulary

extension PluginCheck {
    func faces() async {
        let face = LineFace(line: host.line, files: host.files)
        let hostile = "<script>alert(1)</script>\"'"
        let site = SiteCard(id: "check", title: "核验平台", region: RegionCode("430000"))
        let base = "/check/\(declaration.manifest.id)"
        func show(_ page: Declaration.PageLine, _ fields: [(String, String)], as actor: Actor) async -> Page? {
            let request = PageRequest(
                site: site, base: base, path: base + page.pattern, fields: FormFields(fields), actor: actor, id: ids.next(), now: TimeSource.system.now,
                csrfToken: "token")
            do {
                guard case .page(let shown) = try await face.page(page.method == "GET" ? .get(page.pattern) : .post(page.pattern), request) else { return nil }
                if shown.status >= 500 { host.fault("page", "\(page.method) \(page.pattern) answers \(shown.status)") }
                if shown.content.description.contains("<script>alert(1)") { host.fault("page", "\(page.method) \(page.pattern) shows text without escaping it") }
                return shown
            } catch let refusal as Refusal { judge(refusal, "page", "\(page.method) \(page.pattern)") } catch {
                host.fault("page", "\(page.method) \(page.pattern): \(error)")
            }
            return nil
        }
        for page in declaration.pages where page.method == "GET" && !page.pattern.contains("{") {
            _ = await show(page, [("q", hostile)], as: page.access == "anyone" ? .visitor : Self.everyone)
            let shown = await show(page, [], as: Self.everyone)
            let names = Set((shown?.content.description ?? "").matches(of: /name="([A-Za-z][^"]*)"/).map { String($0.1) })
            for form in declaration.pages where form.method == "POST" && !form.pattern.contains("{") {
                _ = await show(form, names.sorted().map { ($0, hostile) }, as: Self.everyone)
                _ = await show(form, [], as: Self.everyone)
            }
            _ = await show(page, [], as: Self.everyone)
        }
        do {
            let todos = try await face.todos(Self.everyone)
            for todo in todos where !todo.path.hasPrefix("/") { host.fault("todos", "the path `\(todo.path)` does not begin with /") }
        } catch { host.fault("todos", "\(error)") }
        do {
            for text in ["演示", hostile, "%", ""] { _ = try await face.search(text, .visitor) }
        } catch { host.fault("search", "\(error)") }
        do { _ = try await face.homeBlocks(base) } catch { host.fault("home", "\(error)") }
        if declaration.uploads != nil {
            do { _ = try face.attachment(String(repeating: "0", count: 64), Self.everyone) } catch let refusal as Refusal { judge(refusal, "attachment", "an unknown digest") } catch {
                host.fault("attachment", "\(error)")
            }
            do {
                if try face.keeps(String(repeating: "0", count: 64)) { host.fault("keeps", "it says that it keeps an upload that it has never seen") }
            } catch { host.fault("keeps", "\((error as? Refusal)?.code ?? "\(error)")") }
        }
        await care()
        await alive("page", "pages")
    }

    private func care() async {
        _ = await parked()
        var backup = FrameHead.call("backup")
        backup.key = "\(host.folder)/own/copy.sqlite"
        do {
            _ = try await host.line.call(backup, within: .seconds(30))
            if !FileManager.default.fileExists(atPath: "\(host.folder)/own/copy.sqlite") { host.fault("backup", "no file at `key`") }
        } catch { host.fault("backup", "\(error.code)") }
        for (verb, member) in [("export", "records"), ("erase", "outcome")] {
            var head = FrameHead.call(verb)
            head.key = "check-nobody"
            head.actor = .system("privacy")
            do {
                let list = try JSONValue(parsing: await host.line.call(head, within: .seconds(30)).body).array ?? []
                if list.isEmpty || list.contains(where: { $0[member] == nil || $0["plugin"]?.string != declaration.manifest.id }) {
                    host.fault(verb, "the reply is no list with `plugin` and `\(member)`")
                }
            } catch { host.fault(verb, "\(error)") }
        }
    }
}

import HotlineContracts
import MarketContracts
import Messages
import Pages
import PluginKit
import Vocabulary

extension HotlinePages {
    /// What fits what was written so far.
    func suggested(_ request: PageRequest, _ context: PageContext) async throws -> Suggested {
        let title = String((request.fields["title"] ?? "").prefix(60))
        let category = request.fields["category"].flatMap { code in
            categories.contains { $0.value == code } ? code : nil
        }
        let articles = try context.ask(
            SuggestArticles(text: title + String((request.fields["content"] ?? "").prefix(300)), category: category)
        ).articles
        guard followOns(context).contains(.service) else { return Suggested(articles: articles) }
        let found: FoundServices? =
            title.count < 2
            ? nil
            : try await context.ask(
                across: SearchServices(
                    text: title, region: request.fields["region"].flatMap { RegionCode($0) }, limit: 5))
        return Suggested(
            articles: articles,
            services: (found?.items ?? []).map {
                Choice($0.id.description, "\($0.title)　\($0.agencyName)　\($0.price.words)")
            },
            isSimilar: found?.isSimilar ?? false)
    }

    /// The entries again while somebody types.
    func suggestions(_ request: PageRequest, _ context: PageContext) async throws -> PageReply {
        let title = String((request.fields["title"] ?? "").prefix(60))
        let category = request.fields["category"].flatMap { code in
            categories.contains { $0.value == code } ? code : nil
        }
        return .live(
            Suggested(articles: try context.ask(SuggestArticles(text: title, category: category)).articles).entries)
    }
}

/// Entries of the knowledge base and services that fit a matter that is being written down.
struct Suggested {
    var articles: [Article] = []
    var services: [Choice] = []
    /// No service holds every word.
    var isSimilar = false

    /// What stands beside the form; the script shows it anew.
    var entries: HTML {
        HTML {
            if articles.isEmpty { p("没有相关条目。填写标题、选择类别后再看。", .class("muted")) }
            for article in articles { ArticleCard(article: article) }
        }
    }
}

extension Price {
    /// As a seat says it: 面议, 免费, 3,000.00元/次起.
    var words: String {
        guard let amount else { return kind.title }
        return "\(Format.money(amount))\(unit.map { "/\($0)" } ?? "")\(kind == .from ? "起" : "")"
    }
}

/// Asks for entries half a second after the last letter, by one event; nothing is asked about a matter that is to be kept confidential.
enum SuggestScript {
    static let asset = Asset(
        name: "hotline-suggest", extension: "js", type: "text/javascript; charset=utf-8", bytes: Array(text.utf8))

    private static let text = """
        const part = document.querySelector('[data-suggest]');
        const form = part && document.querySelector('form[action$="/hotline/orders"]');
        if (form) {
          let timer, source, shown = '';
          const value = (name) => (form.elements[name] ? form.elements[name].value.trim().slice(0, 60) : '');
          const ask = () => {
            if (source) source.close();
            if (form.elements.isConfidential && form.elements.isConfidential.checked) return;
            const query = new URLSearchParams();
            for (const name of ['title', 'category']) if (value(name)) query.set(name, value(name));
            if (!query.toString()) return;
            const asked = new EventSource(part.dataset.suggest + '?' + query);
            source = asked;
            asked.addEventListener('error', () => asked.close());
            asked.addEventListener('show', (event) => {
              asked.close();
              if (event.data === shown || part.contains(document.activeElement)) return;
              shown = event.data;
              part.replaceChildren(...new DOMParser().parseFromString(event.data, 'text/html').body.childNodes);
            });
          };
          form.addEventListener('input', (event) => {
            if (event.target.name !== 'title' && event.target.name !== 'category') return;
            clearTimeout(timer);
            timer = setTimeout(ask, 500);
          });
        }
        """
}

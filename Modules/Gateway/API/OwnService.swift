/// What stands below `/api/{site}/` beside the plug-ins.
enum OwnService {
    static let tokens = "oauth"
    static let exchange = "exchange"
    static let files = "files"
    static let stories = StoryPages.name
    static let document = "openapi.json"
    static let names: Set<String> = [tokens, exchange, files, stories, document]
}

import Messages

/// What a command asks of the running host: one line of JSON.
struct ControlRequest: Codable, Sendable {
    /// Changes when an older host could misread a newer command.
    static let currentVersion = 1
    /// Most bytes of a line, in either direction; a batch of an import is the longest.
    static let limit = 4 << 20

    var version = Self.currentVersion
    /// The command's words, `account add`.
    var verb: String
    /// The command's options by name, without the hyphens; a switch has the empty text.
    var arguments: [String: [String]]
    /// Contents of the files that options name: read by whoever asks, with their rights.
    var files: [String: FileText]

    init(_ verb: String, _ arguments: [String: [String]] = [:], files: [String: FileText] = [:]) {
        self.verb = verb
        self.arguments = arguments
        self.files = files
    }
}

/// A text file that an option of the command line names.
struct FileText: Codable, Sendable, Hashable {
    /// As it was written on the command line.
    var path: String
    var text: String
}

/// What the running host answers: one line of JSON.
struct ControlAnswer: Codable, Sendable {
    var version = ControlRequest.currentVersion
    /// For people, in order; also what was done before a refusal.
    var lines: [String] = []
    /// The same for programs, where the verb has it.
    var records: [JSONValue] = []
    /// Why it was not done, or not to the end.
    var refusal: CommandRefusal?
}

/// Why a command ended without success, as it is shown and sent.
struct CommandRefusal: Error, Codable, Sendable, Hashable {
    /// Stable, `host.control-version`; `host.command-line` where the command line itself is wrong.
    var code: String
    /// One or more Chinese sentences with the next step.
    var message: String
    var faults: [Refusal.Fault] = []

    static let usageCode = "host.command-line"

    /// 2 where the command line is wrong, otherwise 1.
    var exitCode: Int32 { code == Self.usageCode ? 2 : 1 }

    init(_ code: String, _ message: String, faults: [Refusal.Fault] = []) {
        self.code = code
        self.message = message
        self.faults = faults
    }
}

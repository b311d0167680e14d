/// A command that the program brings beside those of the host: a simulator, an adapter. It runs in its own process and touches no data
/// folder of its own accord.
public struct ToolCommand: Sendable {
    public struct Option: Sendable {
        /// Without the hyphens.
        var name: String
        var value: String
        var help: String
        var isRequired: Bool

        public init(_ name: String, _ value: String, _ help: String, isRequired: Bool = false) {
            self.name = name
            self.value = value
            self.help = help
            self.isRequired = isRequired
        }
    }

    /// What was asked for.
    public struct Call: Sendable {
        let invocation: Invocation

        public subscript(_ option: String) -> String? { invocation[option] }
        /// A whole number within a range; `nil` where the option is missing.
        public func number(_ option: String, in range: ClosedRange<Int>) throws -> Int? {
            try invocation.number(option, in: range)
        }
        public func say(_ line: String) { invocation.terminal.say(line) }
        /// Ends the command with exit code 1 and a sentence that says what to do.
        public func refuse(_ sentence: String) -> any Error { CommandProblem.refused(sentence) }
    }

    let spec: CommandSpec

    /// - Parameters:
    ///   - name: its words: `simulate calls`.
    ///   - notes: further lines of its help.
    public init(
        _ name: String, summary: String, options: [Option], notes: [String] = [],
        run: @escaping @Sendable (Call) async throws -> Void
    ) {
        spec = CommandSpec(
            name: name, summary: summary,
            options: options.map { .init(name: $0.name, value: $0.value, help: $0.help, isRequired: $0.isRequired) },
            notes: notes
        ) { try await run(Call(invocation: $0)) }
    }
}

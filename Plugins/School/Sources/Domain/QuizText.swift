import Messages
import SchoolContracts

/// Questions as staff type them, one field for the whole quiz:
///
/// ```
/// [单选] 企业申请贷款贴息，应先向谁提出？
/// * 所在地窗口平台
/// - 开户银行
///
/// [判断] 贴息可以重复申请。
/// = 错
///
/// [简答] 服务热线的号码是多少？
/// = 96871 | 0731-96871
/// ```
enum QuizText {
    /// - Returns: the questions, and everything that cannot be read, by line.
    static func read(_ text: String) -> (questions: [QuestionDraft], faults: [String]) {
        var questions: [QuestionDraft] = []
        var faults: [String] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.trimmed
            let place = "第 \(index + 1) 行"
            if line.isEmpty { continue }
            if let (kind, rest) = heading(line) {
                questions.append(QuestionDraft(text: rest, kind: kind, answers: []))
                continue
            }
            guard !questions.isEmpty else {
                faults.append("\(place)应为题干，形如“[单选] 题干”。请补上题型。")
                continue
            }
            let last = questions.count - 1
            let value = line.dropFirst().trimmed
            switch line.first {
            case "*", "-":
                questions[last].options.append(value)
                let count = questions[last].options.count
                if line.first == "*", count <= Marking.letters.count {
                    questions[last].answers.append(Marking.letters[count - 1])
                }
            case "=":
                questions[last].answers += value.split(whereSeparator: { $0 == "|" || $0 == "｜" }).map(\.trimmed).filter
                { !$0.isEmpty }
            default: faults.append("\(place)无法识别。题干以“[题型]”开头，选项以“*”（正确）或“-”开头，判断和简答的答案以“=”开头。请修改。")
            }
        }
        return (questions, faults)
    }

    static func write(_ questions: [QuestionDraft]) -> String {
        questions.map { question in
            var lines = ["[\(question.kind.title)] \(question.text)"]
            for (index, option) in question.options.enumerated() {
                lines.append(
                    (question.answers.contains(Marking.letters[min(index, Marking.letters.count - 1)]) ? "* " : "- ")
                        + option)
            }
            if question.options.isEmpty { lines.append("= " + question.answers.joined(separator: " | ")) }
            return lines.joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func heading(_ line: String) -> (QuestionKind, String)? {
        for kind in QuestionKind.allCases {
            for mark in ["[\(kind.title)]", "【\(kind.title)】"] where line.hasPrefix(mark) {
                return (kind, line.dropFirst(mark.count).trimmed)
            }
        }
        return nil
    }
}

import SchoolContracts

/// Marks answers to a quiz. Nothing here knows a database or a person.
enum Marking {
    /// Numbers of the questions that are not right, from one.
    static func wrong(_ answers: [[String]], _ questions: [QuestionDraft]) -> [Int] {
        questions.indices.filter { index in !isRight(index < answers.count ? answers[index] : [], questions[index]) }
            .map { $0 + 1 }
    }

    /// Right answers out of a hundred, rounded down: nobody passes by rounding.
    static func score(wrong: Int, of total: Int) -> Int { total == 0 ? 0 : (total - wrong) * 100 / total }

    static func isRight(_ given: [String], _ question: QuestionDraft) -> Bool {
        let typed = given.map(folded).filter { !$0.isEmpty }
        let right = question.answers.map(folded)
        switch question.kind {
        case .single, .judgement: return typed.count == 1 && typed == right
        case .multiple: return Set(typed) == Set(right) && typed.count == right.count
        case .short: return typed.count == 1 && right.contains(typed[0])
        }
    }

    /// Without white space, small, full-width letters, digits and signs as the ordinary ones.
    static func folded(_ text: String) -> String {
        let scalars = text.unicodeScalars.compactMap { scalar -> Unicode.Scalar? in
            if scalar.properties.isWhitespace { return nil }
            return (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) : scalar
        }
        return String(String.UnicodeScalarView(scalars)).lowercased()
    }

    static let letters = ["A", "B", "C", "D", "E", "F", "G", "H"]
}

extension InputRules {
    mutating func questions(_ questions: [QuestionDraft]) {
        if questions.count > 50 { add("questions", "题目最多 50 道，现有 \(questions.count) 道。请删减。") }
        for (index, question) in questions.enumerated() {
            let (place, name) = ("questions/\(index)", "第 \(index + 1) 题")
            text("\(place)/text", "\(name)题干", question.text, 1...300)
            for option in question.options { text("\(place)/options", "\(name)选项", option, 1...200) }
            let isChoice = question.kind == .single || question.kind == .multiple
            if isChoice {
                if !(2...8).contains(question.options.count) {
                    add(
                        "\(place)/options",
                        "\(name)是\(question.kind.title)题，应有 2–8 个选项，现有 \(question.options.count) 个。请修改。")
                }
                let known = Marking.letters.prefix(question.options.count)
                if question.answers.contains(where: { !known.contains($0) })
                    || Set(question.answers).count != question.answers.count
                {
                    add(
                        "\(place)/answers", "\(name)的答案应为选项字母，互不重复。请修改。", value: question.answers.joined(separator: ",")
                    )
                }
                if question.answers.isEmpty || question.kind == .single && question.answers.count != 1 {
                    add(
                        "\(place)/answers",
                        "\(name)是\(question.kind.title)题，应标出\(question.kind == .single ? "一个" : "至少一个")正确选项，现有 \(question.answers.count) 个。请修改。"
                    )
                }
            } else {
                if !question.options.isEmpty {
                    add("\(place)/options", "\(name)是\(question.kind.title)题，不应有选项。请删除选项，或改为选择题。")
                }
                if question.kind == .judgement, question.answers != ["对"], question.answers != ["错"] {
                    add(
                        "\(place)/answers", "\(name)是判断题，答案应为“对”或“错”。请修改。",
                        value: question.answers.joined(separator: ","))
                }
                if question.kind == .short {
                    if !(1...10).contains(question.answers.count) {
                        add("\(place)/answers", "\(name)是简答题，应写明 1–10 个可接受的答案。请修改。")
                    }
                    for answer in question.answers {
                        text("\(place)/answers", "\(name)答案", answer, 1...60)
                        if Marking.folded(answer).isEmpty { add("\(place)/answers", "\(name)的答案不能只有空格。请修改。") }
                    }
                }
            }
        }
    }
}

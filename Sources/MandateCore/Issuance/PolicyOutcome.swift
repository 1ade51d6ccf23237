/// What comes of asking the policies about a request that containment allows.
enum PolicyOutcome {
    case ruled(Ruling)
    /// The external engine is to be asked first.
    case consult(EngineQuestion)
    /// A person has to decide first.
    case wait(ApprovalNeed, binding: [UInt8])
    /// A person decided, the token was issued, and the answer is fetched once more.
    case again(ApprovalEntry, Ruling)
}

/// An engine's answer, and what it is an answer to.
public struct Consultation: Sendable {
    private let question: EngineQuestion
    private let answer: EngineAnswer

    public init(_ question: EngineQuestion, _ answer: EngineAnswer) {
        self.question = question
        self.answer = answer
    }

    /// A decision counts for the same question only. A failure counts for all, so that nobody waits twice for an engine that
    /// does not answer.
    func answer(to asked: EngineQuestion) -> EngineAnswer? {
        switch answer {
        case .failed: answer
        case .decided: question.identity == asked.identity ? answer : nil
        }
    }
}

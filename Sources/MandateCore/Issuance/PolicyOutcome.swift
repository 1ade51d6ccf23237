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
    /// ``EngineQuestion/identity`` of the question.
    let identity: [UInt8]
    let answer: EngineAnswer

    public init(_ question: EngineQuestion, _ answer: EngineAnswer) {
        identity = question.identity
        self.answer = answer
    }
}

import MandateCore

/// One request and who waits for its answer.
final class WaitingRequest {
    let request: ClientRequest
    let answer: (HTTPResponse) -> Void
    /// Who it is from, once that is proven.
    var client: Registration?
    /// How often it was judged already.
    var judged = 0
    /// Whether it waited for the policy engine and goes on now.
    var isResumed = false
    /// What the policy engine said, and to what.
    var consulted: Consultation?
    /// What was decided, and the token once it is signed.
    var outcome = Outcome.refused(.unavailable(.overloaded), requestID: nil)
    var token: [UInt8]?

    init(request: ClientRequest, answer: @escaping (HTTPResponse) -> Void) {
        self.request = request
        self.answer = answer
    }

    enum Outcome {
        case issued(Issuance)
        case ended(task: TaskID?)
        case refused(Refusal, requestID: String?)
    }
}

extension ClientRequest {
    /// What a request for a token names as audiences, as far as they could be some.
    var namedAudiences: String? {
        guard case .token(let request) = self else { return nil }
        let named = request.targets.compactMap { target in
            if case .audience(let text) = target { AudienceID(text)?.rawValue } else { nil }
        }
        return named.isEmpty ? nil : named.joined(separator: " ")
    }
}

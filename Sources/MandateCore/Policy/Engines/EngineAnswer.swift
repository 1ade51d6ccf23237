/// What became of a question to a policy engine.
public enum EngineAnswer: Hashable, Sendable {
    case decided(EngineDecision)
    /// No usable answer, so nothing is allowed.
    case failed(EngineFailure)
}

/// What a policy engine decided.
public struct EngineDecision: Hashable, Sendable {
    public let effect: PolicyEffect
    /// What the engine calls the rule that decided, or the engine's protocol when it does not say.
    public let rule: PrintableText
    /// What whoever is refused reads.
    public let reason: PrintableText?
    /// Of ``PolicyEffect/allowWithConditions`` only.
    public let obligations: PolicyObligations

    /// The longest name of a rule, in bytes of UTF-8.
    public static let longestRule = 128

    public init(
        _ effect: PolicyEffect, rule: PrintableText, reason: PrintableText? = nil,
        obligations: PolicyObligations = .none
    ) {
        self.effect = effect
        self.rule = rule
        self.reason = reason
        self.obligations = obligations
    }
}

/// Why a policy engine gave no usable answer.
public enum EngineFailure: Error, Hashable, Sendable {
    /// No connection, or none that TLS trusts.
    case unreachable
    case timeout
    /// The connection ended before the answer did.
    case closed
    /// More questions wait already than are kept waiting.
    case overloaded
    /// This program is stopping.
    case stopped
    case status(Int)
    case contentType
    case tooLong
    /// No HTTP, or no JSON.
    case unreadable
    /// JSON, with something missing or wrong at this place.
    case malformed(at: String)
    case unknownEffect
    case unknownCondition

    /// One word for it, for metrics.
    public var name: String {
        switch self {
        case .unreachable: "unreachable"
        case .timeout: "timeout"
        case .closed: "closed"
        case .overloaded: "overloaded"
        case .stopped: "stopped"
        case .status: "status"
        case .contentType: "content_type"
        case .tooLong: "too_long"
        case .unreadable: "unreadable"
        case .malformed: "malformed"
        case .unknownEffect: "unknown_effect"
        case .unknownCondition: "unknown_condition"
        }
    }

    /// One word for each failure there can be.
    public static let names = [
        EngineFailure.unreachable, .timeout, .closed, .overloaded, .stopped, .status(0), .contentType, .tooLong,
        .unreadable, .malformed(at: ""), .unknownEffect, .unknownCondition,
    ].map(\.name)

    /// For the operators' log.
    public var sentence: String {
        switch self {
        case .unreachable: "the engine cannot be connected to, or its certificate is not trusted"
        case .timeout: "the engine did not answer in time"
        case .closed: "the engine closed the connection before it had answered"
        case .overloaded: "too many questions wait for the engine"
        case .stopped: "the service is stopping"
        case .status(let status): "the engine answered with status \(status), not with 200"
        case .contentType: "the engine's answer is not application/json"
        case .tooLong: "the engine's answer is too long"
        case .unreadable: "the engine's answer cannot be read"
        case .malformed(let place): "the engine's answer is wrong or incomplete at \(place)"
        case .unknownEffect: "the engine answered with an effect that is not known"
        case .unknownCondition: "the engine answered with a condition that is not known"
        }
    }
}

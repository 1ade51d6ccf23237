/// A policy engine outside of this program: asked about what containment and the embedded policies allow.
public protocol PolicyEngine: Sendable {
    /// Asks one question and never waits. `answer` is called exactly once, on any thread, perhaps before this returns, and
    /// at the latest a little after half a second. Without a usable answer it is told why, and nothing is allowed.
    func decide(_ question: EngineQuestion, answer: @escaping @Sendable (EngineAnswer) -> Void)
}

/// A policy engine, and which requests it is asked about.
public struct ConsultedEngine: Sendable {
    public let engine: any PolicyEngine
    /// Nil: all.
    public let audiences: Set<AudienceID>?

    public init(_ engine: any PolicyEngine, audiences: Set<AudienceID>?) {
        self.engine = engine
        self.audiences = audiences
    }

    /// Whether a request for these audiences waits for the engine; one of several is enough.
    public func isAsked(about targets: some Sequence<AudienceID>) -> Bool {
        guard let audiences else { return true }
        return targets.contains { audiences.contains($0) }
    }
}

/// A policy engine outside of this program: asked about what containment and the embedded policies allow.
public protocol PolicyEngine: Sendable {
    /// Asks one question and never waits. `answer` is called exactly once, on any thread, perhaps before this returns, and
    /// at the latest a little after half a second. Without a usable answer it is told why, and nothing is allowed.
    func decide(_ question: EngineQuestion, answer: @escaping @Sendable (EngineAnswer) -> Void)
}

/// A policy engine, and which requests it is asked about.
public struct ConsultedEngine: Sendable {
    public let engine: any PolicyEngine
    public let reach: EngineReach

    public init(_ engine: any PolicyEngine, reach: EngineReach) {
        self.engine = engine
        self.reach = reach
    }
}

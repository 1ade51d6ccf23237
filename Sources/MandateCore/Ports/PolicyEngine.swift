/// A policy engine outside of this program: asked about what containment and the embedded policies allow.
public protocol PolicyEngine: Sendable {
    /// Asks one question and never waits. `answer` is called exactly once, on any thread, perhaps before this returns, and
    /// at the latest a little after half a second. Without a usable answer it is told why, and nothing is allowed.
    func decide(_ question: EngineQuestion, answer: @escaping @Sendable (EngineAnswer) -> Void)
}

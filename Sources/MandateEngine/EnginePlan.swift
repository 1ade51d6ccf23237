public import MandateCore

/// Which engine is asked, and how.
public struct EnginePlan: Sendable {
    /// `http` or `https`, without anything that the dialect's path cannot follow.
    public let url: String
    public let dialect: EngineDialect
    /// A PEM file with those who sign the engine's certificate; nil for the system's.
    public let authorities: String?
    /// Reads the bearer token; nil when the engine takes none.
    public let token: (@Sendable () throws(Problem) -> String)?

    public init(
        url: String, dialect: EngineDialect, authorities: String? = nil,
        token: (@Sendable () throws(Problem) -> String)? = nil
    ) {
        self.url = url
        self.dialect = dialect
        self.authorities = authorities
        self.token = token
    }
}

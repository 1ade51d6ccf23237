import MandateCore

/// Why a token that was good once is good no longer.
public enum RevocationCause: Hashable, Sendable {
    /// The token itself was taken back.
    case token
    /// A hand-over behind the token is dead; the hash is that of the link.
    case chain(ChainHash)
    /// What this agent held at that moment was cut.
    case agent(AgentID)
    /// What agents of this type held at that moment was cut.
    case agentType(AgentTypeID)
    /// The task is over.
    case task(TaskID)
    /// Every chain of this principal is dead.
    case principal(String)
    /// The key that signed the token is not to be trusted.
    case key
}

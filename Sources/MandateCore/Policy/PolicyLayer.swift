/// Whom a policy speaks to: everybody, a team, a type or one agent.
public enum PolicyLayer: Hashable, Sendable {
    case global
    case team(Label)
    case type(AgentTypeID)
    case agent(AgentID)

    /// `global`, `team:X`, `type:X` or `agent:X`; nil for anything else.
    public init?(_ text: String) {
        if text.hasSameBytes(as: "global") {
            self = .global
            return
        }
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let name = String(text[text.utf8.index(after: colon)...])
        let found: PolicyLayer?
        switch String(text[..<colon]) {
        case "team": found = Label(name).map { .team($0) }
        case "type": found = AgentTypeID(name).map { .type($0) }
        case "agent": found = AgentID(name).map { .agent($0) }
        default: found = nil
        }
        guard let found else { return nil }
        self = found
    }

    /// As it is written.
    public var text: String {
        switch self {
        case .global: "global"
        case .team(let team): "team:\(team)"
        case .type(let type): "type:\(type)"
        case .agent(let agent): "agent:\(agent)"
        }
    }

    /// How many ranks there are.
    static let ranks = 4

    /// From the widest to the narrowest. Decides which of several policies of the same effect is named, and so who may
    /// approve.
    var rank: Int {
        switch self {
        case .global: 0
        case .team: 1
        case .type: 2
        case .agent: 3
        }
    }
}

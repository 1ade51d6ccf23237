/// The accountable person or system a chain starts from; printed as the claim `human_principal`.
public enum Principal: Hashable, Sendable {
    /// The registered owner of an agent that acts for itself.
    case owner(Label)

    /// How the principal is printed in claims, records and consoles.
    public var name: String {
        switch self {
        case .owner(let owner): owner.rawValue
        }
    }

    /// The member `principal` of a link.
    var json: JSONValue {
        switch self {
        case .owner(let owner): ["owner": .string(owner.rawValue)]
        }
    }
}

/// The accountable person or system a chain starts from; printed as the claim `human_principal`.
public enum Principal: Hashable, Sendable {
    /// The registered owner of an agent that acts for itself.
    case owner(Label)
    /// A person of a trusted issuer, identified by issuer and subject and printed by `name`.
    case person(issuer: Label, subject: String, name: Label)

    /// How the principal is printed in claims, records and consoles; what revoking a principal names.
    public var name: Label {
        switch self {
        case .owner(let owner): owner
        case .person(_, _, let name): name
        }
    }

    /// Whether an agent acts for itself.
    var isOwner: Bool {
        switch self {
        case .owner: true
        case .person: false
        }
    }

    /// The member `principal` of a link.
    var json: JSONValue {
        switch self {
        case .owner(let owner): ["owner": .string(owner.rawValue)]
        case .person(let issuer, let subject, _): ["iss": .string(issuer.rawValue), "sub": .string(subject)]
        }
    }

    /// The principal that ``json`` wrote; a person is printed by `name`.
    init?(json: JSONValue, name: Label) {
        if let owner = json["owner"]?.string {
            guard owner.utf8.elementsEqual(name.rawValue.utf8), json.members?.count == 1 else { return nil }
            self = .owner(name)
        } else {
            guard let issuer = json["iss"]?.string.flatMap({ Label($0) }), let subject = json["sub"]?.string,
                json.members?.count == 2
            else { return nil }
            self = .person(issuer: issuer, subject: subject, name: name)
        }
    }
}

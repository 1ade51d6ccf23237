/// A request as it is kept while it waits: all that was asked for and proven, and nothing that proves anything by itself.
public struct HeldRequest: Hashable, Sendable {
    public let wanted: TokenRequest.Wanted
    public let authority: Authority
    public let task: TaskID?
    public let purpose: TaskPurpose?
    public let requestedActor: AgentID?
    /// The longest life of the token, in seconds: what was asked for, or what such tokens live.
    public let lifetime: Int64
    /// How unusual the client found it.
    let reportedRisk: Int64?
    let basis: HeldBasis
    /// An actor token of ours that was presented, and is used up with the answer.
    let actor: HeldBasis?
    public let principal: Label
    /// The ids from the principal to whoever would hold the token.
    public let path: [String]
    /// Who of the owner, the principal or others may approve; empty: whoever may decide approvals.
    public let approvers: [Label]
    /// The policy, or `delegation`.
    public let rule: String
    public let reason: PrintableText?
}

/// What a held request stands on.
public enum HeldBasis: Hashable, Sendable {
    case registration
    /// A token of ours that was presented: which one, and its claims.
    case own(TokenType, KeyID, claims: JSONValue)
    /// A person's token that was presented, as its issuer's claims.
    case person(issuer: Label, claims: JSONValue)
}

extension HeldRequest {
    /// What is stored.
    public var stored: JSONValue {
        [
            "wanted": .string(wanted.rawValue),
            "authority": authority.json,
            "task": .text(task?.rawValue),
            "purpose": .text(purpose?.rawValue),
            "requested_actor": .text(requestedActor?.rawValue),
            "lifetime": .integer(lifetime),
            "reported_risk": reportedRisk.map { .integer($0) } ?? .null,
            "basis": basis.stored,
            "actor": actor?.stored ?? .null,
            "principal": .string(principal.rawValue),
            "path": .array(path.map { .string($0) }),
            "approvers": .array(approvers.map { .string($0.rawValue) }),
            "rule": .string(rule),
            "reason": .text(reason?.rawValue),
        ]
    }

    /// What ``stored`` wrote, or nil when anything in it cannot be read.
    public init?(stored json: JSONValue) {
        guard json.members?.count == 14,
            let wanted = json["wanted"]?.string.flatMap({ TokenRequest.Wanted(rawValue: $0) }),
            let authority = json["authority"].flatMap({ Authority(json: $0) }),
            let basis = json["basis"].flatMap({ HeldBasis(stored: $0) }),
            let principal = json["principal"]?.string.flatMap({ Label($0) }),
            let path = json["path"]?.array?.map(\.string), !path.contains(nil),
            let approvers = json["approvers"]?.array?.map({ $0.string.flatMap { Label($0) } }),
            !approvers.contains(nil), let rule = json["rule"]?.string, let lifetime = json["lifetime"]?.integer,
            let presented = json["actor"]
        else { return nil }
        var actor: HeldBasis?
        if presented != .null {
            guard let basis = HeldBasis(stored: presented) else { return nil }
            actor = basis
        }
        self.init(
            wanted: wanted, authority: authority,
            task: json["task"]?.string.flatMap { TaskID($0) },
            purpose: json["purpose"]?.string.flatMap { TaskPurpose($0) },
            requestedActor: json["requested_actor"]?.string.flatMap { AgentID($0) },
            lifetime: lifetime, reportedRisk: json["reported_risk"]?.integer, basis: basis,
            actor: actor, principal: principal,
            path: path.compactMap { $0 }, approvers: approvers.compactMap { $0 }, rule: rule,
            reason: json["reason"]?.string.flatMap { PrintableText($0) })
    }
}

extension HeldBasis {
    fileprivate var stored: JSONValue {
        switch self {
        case .registration: ["kind": "registration"]
        case .own(let type, let key, let claims):
            [
                "kind": type == .delegation ? "delegation" : "access_token", "key": .string(key.rawValue),
                "claims": claims,
            ]
        case .person(let issuer, let claims): ["kind": "person", "issuer": .string(issuer.rawValue), "claims": claims]
        }
    }

    fileprivate init?(stored json: JSONValue) {
        switch json["kind"]?.string {
        case "registration": self = .registration
        case "delegation", "access_token":
            guard let key = json["key"]?.string.flatMap({ KeyID($0) }), let claims = json["claims"] else { return nil }
            self = .own(json["kind"] == "delegation" ? .delegation : .accessToken, key, claims: claims)
        case "person":
            guard let issuer = json["issuer"]?.string.flatMap({ Label($0) }), let claims = json["claims"] else {
                return nil
            }
            self = .person(issuer: issuer, claims: claims)
        default: return nil
        }
    }

    /// What an approval is bound to: the chain a request continues, or the person it starts from, not the token that
    /// showed it.
    var bound: JSONValue {
        switch self {
        case .registration: ["registration": true]
        case .own(let type, _, let claims):
            [
                "chain": claims["delegation_chain_hash"] ?? .null,
                "subject": type == .delegation ? "delegation" : "access_token",
            ]
        case .person(let issuer, let claims): ["iss": .string(issuer.rawValue), "sub": claims["sub"] ?? .null]
        }
    }
}

import MandateCore

extension TokenRequest {
    /// A request to the token endpoint; the order of checks is: parameters, then everything that needs the client.
    convenience init(
        _ parameters: Parameters, authorization: [UInt8]?, retry: RetryKey? = nil, address: String
    ) throws(Refusal) {
        guard let grantType = parameters["grant_type"] else { throw .malformedRequest(.grantTypeMissing) }
        let credential = try ClientCredential(authorization: authorization, parameters: parameters)
        let grant: Grant
        switch grantType {
        case "client_credentials":
            try parameters.refuseTokens()
            grant = .clientCredentials
        case TokenTypeName.exchangeGrant:
            grant = .tokenExchange(
                TokenExchange(subject: try parameters.subjectToken(), actor: try parameters.actorToken()))
        case TokenTypeName.deferredGrant:
            try parameters.refuseTokens()
            guard let code = parameters["deferral_code"], code.utf8.count <= 128 else {
                throw .malformedRequest(.deferralCode)
            }
            grant = .deferred(code: code)
        default:
            grant = .unsupported(grantType)
        }
        let wanted = try parameters.wanted()
        let actor: AgentID? = try parameters.identifier("requested_actor", or: .requestedActor)
        if case (.clientCredentials, .accessToken, .some) = (grant, wanted, actor) {
            throw .malformedRequest(.requestedActor)
        }
        self.init(
            credential: credential, grant: grant, wanted: wanted, targets: parameters.targets,
            scope: ScopeSet.reading(parameters["scope"] ?? ""),
            task: try parameters.identifier("task_id", or: .taskID),
            purpose: try parameters.identifier("task_purpose", or: .taskPurpose),
            requestedActor: actor, lifetime: try parameters.lifetime(),
            hasAuthorizationDetails: parameters["authorization_details"] != nil,
            mayBeDeferred: try parameters.mayBeDeferred(), reportedRisk: try parameters.reportedRisk(), retry: retry,
            address: address)
    }
}

/// The names of RFC 8693 §3 and our own, which say what a token is.
enum TokenTypeName {
    static let exchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange"
    static let deferredGrant = "urn:ietf:params:oauth:grant-type:deferred"
    static let accessToken = "urn:ietf:params:oauth:token-type:access_token"
    static let delegation = "urn:mandate:params:oauth:token-type:delegation"

    static func kind(_ name: String) -> PresentedToken.Kind? {
        switch name {
        case accessToken: .accessToken
        case delegation: .delegation
        case "urn:ietf:params:oauth:token-type:id_token": .idToken
        case "urn:ietf:params:oauth:token-type:jwt": .jwt
        default: nil
        }
    }
}

extension Parameters {
    fileprivate var targets: [TokenRequest.Target] {
        all.compactMap { parameter in
            guard !parameter.value.isEmpty else { return nil }
            switch parameter.name {
            case "audience": return .audience(parameter.value)
            case "resource": return .resource(parameter.value)
            default: return nil
            }
        }
    }

    fileprivate func identifier<ID: Identifier>(
        _ name: String, or malformation: Refusal.Malformation
    ) throws(Refusal) -> ID? {
        guard let text = self[name] else { return nil }
        guard let id = ID(text) else { throw .malformedRequest(malformation) }
        return id
    }

    /// `expires_in`: digits only, 1 or more. More than any token lives is as good as absent.
    fileprivate func lifetime() throws(Refusal) -> Int64? {
        guard let text = self["expires_in"] else { return nil }
        guard text.utf8.count <= 18, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text),
            seconds >= 1
        else { throw .malformedRequest(.lifetime) }
        return seconds
    }

    /// `completion_mode` (draft-ietf-oauth-deferred-token-response).
    fileprivate func mayBeDeferred() throws(Refusal) -> Bool {
        switch self["completion_mode"] {
        case nil: return false
        case "deferred": return true
        case .some(let mode): throw .malformedRequest(.completionMode(mode))
        }
    }

    /// `risk_score`: digits only, 0 to 100.
    fileprivate func reportedRisk() throws(Refusal) -> Int64? {
        guard let text = self["risk_score"] else { return nil }
        guard text.utf8.count <= 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let score = Int64(text),
            score <= 100
        else { throw .malformedRequest(.riskScore) }
        return score
    }

    fileprivate func wanted() throws(Refusal) -> TokenRequest.Wanted {
        switch self["requested_token_type"] {
        case nil, TokenTypeName.accessToken: return .accessToken
        case TokenTypeName.delegation: return .delegation
        case .some(let type): throw .malformedRequest(.requestedTokenType(type))
        }
    }

    fileprivate func subjectToken() throws(Refusal) -> PresentedToken {
        guard let token = self["subject_token"], let name = self["subject_token_type"] else {
            throw .malformedRequest(.subjectToken)
        }
        guard let kind = TokenTypeName.kind(name) else { throw .malformedRequest(.subjectTokenType(name)) }
        return PresentedToken(text: Array(token.utf8), type: kind)
    }

    /// Both parameters or neither (RFC 8693 §2.1).
    fileprivate func actorToken() throws(Refusal) -> PresentedToken? {
        let (token, name) = (self["actor_token"], self["actor_token_type"])
        if token == nil, name == nil { return nil }
        guard let token, let kind = name.flatMap({ TokenTypeName.kind($0) }) else {
            throw .malformedRequest(.actorToken)
        }
        return PresentedToken(text: Array(token.utf8), type: kind)
    }

    /// What belongs to another grant is refused, not passed over.
    fileprivate func refuseTokens() throws(Refusal) {
        if self["subject_token"] != nil || self["subject_token_type"] != nil {
            throw .malformedRequest(.subjectTokenOfExchange)
        }
        if self["actor_token"] != nil || self["actor_token_type"] != nil { throw .malformedRequest(.actorToken) }
    }
}

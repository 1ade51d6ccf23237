import MandateCore

extension TokenRequest {
    /// A request to the token endpoint; the order of checks is: parameters, then everything that needs the client.
    init(_ parameters: Parameters, authorization: [UInt8]?, address: String) throws(Refusal) {
        guard let grantType = parameters["grant_type"] else { throw .malformedRequest(.grantTypeMissing) }
        self.init(
            credential: try ClientCredential(authorization: authorization, parameters: parameters),
            grant: grantType == "client_credentials" ? .clientCredentials : .unsupported(grantType),
            targets: parameters.targets,
            scope: ScopeSet.reading(parameters["scope"] ?? ""),
            task: try parameters.identifier("task_id", or: .taskID),
            purpose: try parameters.identifier("task_purpose", or: .taskPurpose),
            lifetime: try parameters.lifetime(),
            hasAuthorizationDetails: parameters["authorization_details"] != nil,
            address: address)
        try parameters.refuseUnsupported()
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

    /// What asks for something this grant does not give is refused, not passed over.
    fileprivate func refuseUnsupported() throws(Refusal) {
        if let type = self["requested_token_type"], type != TokenResponse.accessTokenType {
            throw .malformedRequest(.requestedTokenType(type))
        }
        if self["requested_actor"] != nil { throw .malformedRequest(.requestedActor) }
        if self["actor_token"] != nil || self["actor_token_type"] != nil { throw .malformedRequest(.actorToken) }
    }
}

extension RegistryView {
    /// The audiences that `targets` name (RFC 8707 §2.2), each once and in byte order: by id or URI, or the only one held
    /// when none is named. What is not held is refused.
    func audiences(
        for targets: [TokenRequest.Target], held: Authority?, wanted: TokenRequest.Wanted
    ) throws(Refusal) -> [Audience] {
        if targets.isEmpty {
            guard let only = held?.entries.first, held?.entries.count == 1 else { throw .audienceMissing }
            return [try usable(audience(only.audience), only.audience.rawValue)]
        }
        var named: [Audience] = []
        for target in targets {
            let audience = try audience(named: target)
            if !named.contains(where: { $0.id == audience.id }) { named.append(audience) }
        }
        if named.count > 1 {
            switch wanted {
            case .accessToken: throw .severalAudiences
            case .delegation: named.sort { $0.id < $1.id }
            }
        }
        for audience in named where held?.scopes(for: audience.id) == nil { throw .audienceNotHeld(audience.id) }
        return named
    }

    private func audience(named target: TokenRequest.Target) throws(Refusal) -> Audience {
        switch target {
        case .audience(let text):
            if let id = AudienceID(text), let found = try audience(id) { return try usable(found, text) }
            return try audience(at: text)
        case .resource(let text):
            return try audience(at: text)
        }
    }

    private func audience(at text: String) throws(Refusal) -> Audience {
        guard let uri = ResourceURI(text) else { throw .audienceUnknown(text) }
        return try usable(audience(at: uri), text)
    }

    private func usable(_ audience: Audience?, _ text: String) throws(Refusal) -> Audience {
        guard let audience, audience.status == .active else { throw .audienceUnknown(text) }
        return audience
    }
}

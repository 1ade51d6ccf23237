extension RegistryView {
    /// The one audience that `targets` name (RFC 8707 §2.2): by id or URI, or the only one held when none is named.
    func audience(for targets: [TokenRequest.Target], held: Authority) throws(Refusal) -> Audience {
        var named: Audience?
        for target in targets {
            let audience = try audience(named: target)
            guard named == nil || named?.id == audience.id else { throw .severalAudiences }
            named = audience
        }
        if let named {
            guard held.scopes(for: named.id) != nil else { throw .audienceNotHeld(named.id) }
            return named
        }
        guard let only = held.entries.first, held.entries.count == 1 else { throw .audienceMissing }
        return try usable(audience(only.audience), only.audience.rawValue)
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

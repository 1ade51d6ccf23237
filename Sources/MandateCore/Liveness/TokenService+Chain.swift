extension TokenService {
    /// What is said to whoever asks for the links of a chain.
    public enum ChainAnswer: Sendable {
        /// `{"links":[…]}`, root first, byte for byte as they were hashed.
        case links([UInt8])
        /// No token, or one that is not good now.
        case unauthorized(hasToken: Bool)
        case unknown
        /// A good token of another chain.
        case forbidden
        case unavailable(Refusal)
    }

    /// The links behind `hash`, for the bearer of a live token that commits to it.
    public func links(
        behind hash: String, for bearer: [UInt8]?, in registry: some RegistryView, at now: Instant
    ) -> ChainAnswer {
        guard let bearer else { return .unauthorized(hasToken: false) }
        do throws(Refusal) {
            guard let (token, chain) = try live(bearer, in: registry, at: now) else {
                return .unauthorized(hasToken: true)
            }
            guard let asked = ChainHash(text: hash), try registry.chain(asked) != nil else { return .unknown }
            guard token.chain == asked else { return .forbidden }
            var json = JSONWriter(capacity: 1024)
            json.raw("{\"links\":")
            json.links(of: chain)
            json.raw("}")
            return .links(json.bytes)
        } catch {
            return .unavailable(error)
        }
    }
}

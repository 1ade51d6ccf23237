import MandateCore

/// Which policy engine is asked, and about what.
struct PolicyEngineSettings: Hashable, Sendable {
    let url: EngineURL
    let dialect: EngineDialect
    let reach: EngineReach
    /// A PEM file with those who sign the engine's certificate; nil for the system's.
    let authorities: String?
    /// A file with the bearer token for the engine.
    let tokenFile: String?

    /// Nil when no engine is named. Half a setting is a mistake, not an engine that is never asked.
    init?(_ sources: SettingSources, directory: String) throws(CommandFailure) {
        let settings: [Setting] = [
            .policyEngineType, .policyEngineURL, .policyEnginePath, .policyEngineAudiences, .policyEngineAuthorities,
            .policyEngineTokenFile,
        ]
        var first: Said?
        for setting in settings where first == nil { first = try sources.said(setting) }
        guard let first else { return nil }
        guard let type = try sources.said(.policyEngineType) else {
            throw first.failure("has no engine with it: give policy_engine.type too")
        }
        dialect = try Self.dialect(type, document: try sources.said(.policyEnginePath))
        guard let said = try sources.said(.policyEngineURL) else {
            throw type.failure("has no address with it: give policy_engine.url too")
        }
        // What is not accepted is not shown: it may hold a password.
        guard let url = EngineURL(said.text) else { throw said.failure("is not accepted: \(EngineURL.grammar)") }
        self.url = url
        reach = try sources.value(
            .policyEngineAudiences, or: .everything, mend: "write ids of audiences, separated by spaces"
        ) { text in Self.audiences(text).map { .audiences($0) } }
        let (authorities, token) = (
            try sources.said(.policyEngineAuthorities), try sources.said(.policyEngineTokenFile)
        )
        if let authorities, !url.usesTLS {
            throw authorities.failure("has nothing to do: give https:// in policy_engine.url")
        }
        if let token, !url.usesTLS, !url.isLoopback {
            throw token.failure("would cross the network in the clear: give https:// in policy_engine.url")
        }
        self.authorities = authorities.map { Settings.resolved($0.text, directory) }
        tokenFile = token.map { Settings.resolved($0.text, directory) }
    }

    private static func dialect(_ type: Said, document: Said?) throws(CommandFailure) -> EngineDialect {
        switch type.text {
        case "opa":
            guard let document else {
                throw type.failure("has no document to ask for: give policy_engine.path too, such as mandate/decision")
            }
            return .opa(
                document: try document.value(mend: "write names joined by /, such as mandate/decision") { text in
                    EngineDialect.isDocument(text) ? text : nil
                })
        case "authzen":
            if let document { throw document.failure("is for opa only: remove it") }
            return .authzen
        default:
            return try type.value(mend: "write opa or authzen") { _ in nil }
        }
    }

    private static func audiences(_ text: String) -> Set<AudienceID>? {
        var audiences: Set<AudienceID> = []
        for word in text.split(separator: " ") {
            guard let audience = AudienceID(String(word)) else { return nil }
            audiences.insert(audience)
        }
        return audiences.isEmpty ? nil : audiences
    }
}

/// Where a policy engine is: `http` or `https`, with a path or without, and no user, query or fragment.
struct EngineURL: Hashable, Sendable {
    /// Without a slash at its end.
    let text: String
    let usesTLS: Bool
    let isLoopback: Bool
    static let grammar =
        "write http://host:port or https://host/path, without user or query; a token goes to policy_engine.token_file"

    init?(_ text: String) {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix), text.utf8.count <= 2048,
            text.utf8.allSatisfy(Self.allows)
        else { return nil }
        let authority = text.dropFirst(scheme.count).prefix { $0 != "/" }
        let address = ListenAddress(String(authority)) ?? ListenAddress("\(authority):443")
        guard let address, address.port > 0, !address.host.contains("@") else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        self.text = text
        usesTLS = scheme == "https://"
        isLoopback = address.isLoopback
    }

    /// What RFC 3986 allows in a URL up to its path.
    private static func allows(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"#?<>\\^`{|}".utf8.contains(byte)
    }
}

public import MandateCore

/// Takes all keys for good but those in the files that it was told to refuse.
public struct FakeKeySets: KeySets {
    public var refused: Set<String> = []

    public init(refusing refused: Set<String> = []) { self.refused = refused }

    public func check(_ keys: TrustedIssuer.Keys) throws(Problem) {
        guard let path = keys.file, refused.contains(path) else { return }
        throw Problem(.invalid, "cannot be used: \(path) cannot be opened")
    }
}

extension IssuerRules {
    /// Of the service that tests are about.
    public static func testing(refusing refused: Set<String> = []) -> IssuerRules {
        guard let own = Issuer("https://tokens.example") else { preconditionFailure("a fixed URL is an issuer") }
        return IssuerRules(own: own, keys: FakeKeySets(refusing: refused))
    }
}

extension RegistryChanges {
    /// Changes of a registry where all keys of issuers are good, and some time zones are known.
    public init(administration: any RegistryAdministration, keys: any KeyStore) {
        self.init(administration: administration, keys: keys, issuers: .testing(), policies: .testing())
    }
}

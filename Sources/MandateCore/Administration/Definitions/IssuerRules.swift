/// Which issuers may be trusted: not this service itself, and none whose keys prove nothing.
public struct IssuerRules: Sendable {
    private let own: Issuer
    private let keys: any KeySets

    public init(own: Issuer, keys: any KeySets) {
        self.own = own
        self.keys = keys
    }

    /// Checks every issuer of a document, changed or not: what is applied must be good at that moment.
    func check(_ document: RegistryDocument) throws(Problem) {
        for definition in document.issuers ?? [] {
            let issuer = definition.issuer
            if issuer.issuer.rawValue == own.rawValue {
                throw definition.place.member("issuer").problem(
                    "\(quoted(own.rawValue)) is this service, which knows its own tokens: leave it out")
            }
            do {
                try keys.check(issuer.keys)
            } catch {
                throw definition.place.member(issuer.keys.file == nil ? "jwks" : "jwks_file").problem(error.detail)
            }
        }
    }
}

/// Which policies may be in force: none whose hours nobody here can tell.
public struct PolicyRules: Sendable {
    let zones: any TimeZones

    public init(zones: any TimeZones) {
        self.zones = zones
    }

    /// Checks every policy of a document, changed or not: what is applied must be good at that moment.
    func check(_ document: RegistryDocument) throws(Problem) {
        var known: Set<Label> = []
        for definition in document.policies ?? [] {
            let when = definition.policy.when
            for (name, window) in [("outside", when.outside), ("within", when.within)] {
                guard let zone = window?.zone, !known.contains(zone) else { continue }
                guard zones.rules(of: zone) != nil else {
                    throw definition.place.member("when").member(name).member("zone").problem(
                        "\(quoted(zone.rawValue)) is no time zone that is known here: write one of the IANA's, such as "
                            + "Europe/Berlin or UTC" + NearestName.hint(for: zone.rawValue, among: zones.names()))
                }
                known.insert(zone)
            }
        }
    }
}

/// The policies as they would be: what a document says over what is in force, and without what it prunes.
struct ProposedPolicies: Sendable {
    /// The document's policies, in its order.
    let proposals: [ProposedRegistry.Proposal<Policy>]
    /// In force, not in the document, and to be pruned.
    let removed: [PolicyID]
    /// All of them as they would be, in byte order of the id.
    let after: [Policy]
    /// Where the document speaks of policies.
    private let place: FieldPath

    /// Nil when the document does not speak of policies.
    init?(_ document: RegistryDocument, prune: Bool, over reader: any RegistryReader) throws(Problem) {
        guard let definitions = document.policies else { return nil }
        place = document.policiesPlace
        var policies: [PolicyID: Policy] = [:]
        for policy in try reader.policies().policies { policies[policy.id] = policy }
        proposals = definitions.map { definition in
            ProposedRegistry.Proposal(
                place: definition.place, before: policies[definition.policy.id], after: definition.policy)
        }
        let named = Set(definitions.map(\.policy.id))
        removed = prune ? policies.keys.filter { !named.contains($0) }.sorted() : []
        for id in removed { policies[id] = nil }
        for definition in definitions { policies[definition.policy.id] = definition.policy }
        after = policies.values.sorted { $0.id < $1.id }
    }

    var added: [PolicyID] { proposals.filter { $0.before == nil }.map(\.after.id) }

    var changed: [PolicyID] {
        proposals.filter { proposal in proposal.before.map { $0 != proposal.after } ?? false }.map(\.after.id)
    }

    var isChange: Bool { !removed.isEmpty || proposals.contains { $0.before != $0.after } }

    /// Refuses a set that is too large to be judged by with every request.
    func check() throws(Problem) {
        guard isChange else { return }
        guard after.count <= PolicyRecord.most else {
            throw place.problem(
                "would be \(after.count) policies: \(PolicyRecord.most) are the most, remove some or join those that "
                    + "have the same effect")
        }
        let length = JSONValue.array(PolicyRecord.json(of: after)).canonical.count
        guard length <= PolicyRecord.longest else {
            throw place.problem(
                "would be \(length >> 10) KiB together: \(PolicyRecord.longest >> 10) KiB are the most, shorten their lists"
            )
        }
    }

    /// What people are told.
    var changes: [RegistryChange] {
        proposals.filter { $0.before != $0.after }.map { proposal in
            RegistryChange(
                action: proposal.before == nil ? .add : .change, kind: .policy, id: proposal.after.id.rawValue,
                fields: proposal.before.map { proposal.after.changedMembers(since: $0) } ?? [])
        }
            + removed.map { RegistryChange(action: .remove, kind: .policy, id: $0.rawValue, fields: []) }
    }
}

extension Policy {
    /// The members that differ, those that are gone included.
    fileprivate func changedMembers(since earlier: Policy) -> [String] {
        PolicyDefinition.members.filter { json[$0] != earlier.json[$0] }
    }
}

extension RegistryEditor {
    /// Puts the proposed policies in force, with one record of what became of which.
    func carryOut(_ proposed: ProposedPolicies, by operatorName: String) throws(Problem) {
        let version = try save(policies: proposed.after, by: operatorName)
        func list(_ ids: [PolicyID]) -> JSONValue { .array(ids.sorted().map { .string($0.rawValue) }) }
        try record(
            .policyChanged,
            [
                "version": .integer(version.number), "digest": .string(version.digest.text),
                "added": list(proposed.added), "changed": list(proposed.changed), "removed": list(proposed.removed),
            ], by: operatorName)
    }
}

import MandateCore

extension FakeEditor {
    func policies() throws(Problem) -> PolicyRecord {
        guard let last = state.policies.last else { return try Self.none() }
        return last
    }

    func policies(version: Int64) throws(Problem) -> PolicyRecord? {
        if version == 0 { return try Self.none() }
        return state.policies.first { $0.version.number == version }
    }

    func policyVersions(before version: Int64, limit: Int) throws(Problem) -> [PolicyVersion] {
        let all = [try Self.none()] + state.policies
        return Array(all.map(\.version).filter { $0.number < version }.reversed().prefix(limit))
    }

    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Problem) -> Int64 {
        state.counted[counter.name] ?? 0
    }

    func baseline(of agent: AgentID) throws(Problem) -> Baseline? { state.baselines[agent] }

    func save(policies: [Policy], by operatorName: String) throws(Problem) -> PolicyVersion {
        let version = PolicyVersion(
            number: Int64(state.policies.count + 1), digest: try Self.digest(of: policies), changedAt: now,
            changedBy: operatorName, count: Int64(policies.count))
        state.policies.append(PolicyRecord(version: version, policies: policies.sorted { $0.id < $1.id }))
        return version
    }

    private static func none() throws(Problem) -> PolicyRecord {
        let version = PolicyVersion(
            number: 0, digest: try digest(of: []), changedAt: nil, changedBy: nil, count: 0)
        return PolicyRecord(version: version, policies: [])
    }

    private static func digest(of policies: [Policy]) throws(Problem) -> PolicyDigest {
        do throws(Refusal) {
            return try PolicyDigest(of: PolicyRecord.json(of: policies), hashing: FakeDigests())
        } catch {
            throw Problem(.unavailable, "no digest")
        }
    }
}

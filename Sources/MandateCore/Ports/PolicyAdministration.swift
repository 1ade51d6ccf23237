/// The questions operators ask of policies.
public protocol PolicyRecordReader {
    /// The policies in force. What cannot be read is a problem, never an empty set.
    func policies() throws(Problem) -> PolicyRecord
    /// An earlier version, or the one in force; nil when there never was such a version.
    func policies(version: Int64) throws(Problem) -> PolicyRecord?
    /// The versions below `version`, newest first, at most `limit`.
    func policyVersions(before version: Int64, limit: Int) throws(Problem) -> [PolicyVersion]
    /// How many tokens count towards a policy's rate at `now`.
    func tokens(countedBy counter: RateCounter, at now: Instant) throws(Problem) -> Int64
    /// What is remembered of the tokens that an agent was given; nil when it was given none.
    func baseline(of agent: AgentID) throws(Problem) -> Baseline?
}

/// The changes operators make to policies.
public protocol PolicyRecordEditor {
    /// Puts `policies` in force in place of those that are, as the next version.
    func save(policies: [Policy], by operatorName: String) throws(Problem) -> PolicyVersion
}

import MandateCore

/// One loop's own copy of the policies in force, kept for as long as their digest is the same.
final class PolicyReader {
    private let connection: Connection
    private let digests: any Digests
    private let zones: any TimeZones
    private var known: PolicySet?
    /// A set that could not be judged here, and until when that is taken for granted: reading it again is much work.
    private var unusable: (digest: PolicyDigest, error: StoreError, until: ContinuousClock.Instant)?

    init(_ connection: Connection, digests: any Digests, zones: any TimeZones) {
        self.connection = connection
        self.digests = digests
        self.zones = zones
    }

    /// The policies whose digest is in force. Others than these, or ones that cannot be judged here, are an error: no policy
    /// is ever left out.
    func policies(_ digest: PolicyDigest) throws(StoreError) -> PolicySet {
        if let known, known.digest == digest { return known }
        if let unusable, unusable.digest == digest, ContinuousClock.now < unusable.until { throw unusable.error }
        let stored = try storedPolicies(connection)
        let found = try hashing { () throws(Refusal) in
            try PolicyDigest(of: stored.map(\.json), hashing: digests)
        }
        guard found == digest else { throw .unreadable("policy_set") }
        guard let set = PolicySet(stored, digest: digest, zones: zones) else {
            let error = StoreError(
                code: 0,
                message:
                    "a policy in force names a time zone that is not installed here: install tzdata, or replace the policy"
            )
            unusable = (digest, error, .now + .seconds(5))
            throw error
        }
        known = set
        return set
    }
}

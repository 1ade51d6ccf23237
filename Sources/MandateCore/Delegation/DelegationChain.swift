/// A chain as the store has it: its last link and all before it. Never changes, so it may be kept.
public final class DelegationChain: Sendable {
    /// The chain without its last link; nil at the root.
    public let earlier: DelegationChain?
    public let link: Link
    public let summary: ChainSummary
    /// When the token of each link was made; nil for a registration. Root first.
    let births: [Instant?]
    /// When the first of its links ends; nil when none does.
    let expiry: Instant?
    /// Every link's agent, root first.
    public let agents: [AgentID]

    /// Continues `earlier` by a link of the store. Nil unless the document is a link, has this hash, and follows.
    public convenience init?(_ stored: StoredLink, after earlier: DelegationChain?, hashing: some Digests) {
        do throws(Refusal) {
            guard try ChainHash(ofLink: stored.document, hashing: hashing) == stored.hash else { return nil }
        } catch {
            return nil
        }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(strict: stored.document)
        } catch {
            return nil
        }
        guard let link = Link(json: document, person: earlier?.link.principal.name), link.follows(earlier) else {
            return nil
        }
        let born = link.tokenID.flatMap { UUIDv7(text: $0)?.time }
        guard (born == nil) == (link.tokenID == nil) else { return nil }
        self.init(
            link, born: born, hash: stored.hash, document: stored.document, number: stored.number, after: earlier)
    }

    /// Continues `earlier` by a link, stored already or about to be.
    init(
        _ link: Link, born: Instant?, hash: ChainHash, document: [UInt8], number: Int64?,
        after earlier: DelegationChain?
    ) {
        self.earlier = earlier
        self.link = link
        expiry = earliest(earlier?.expiry, link.expiry)
        births = (earlier?.births ?? []) + [born]
        agents = (earlier?.agents ?? []) + [link.delegate]
        summary = ChainSummary(
            hash: hash, depth: link.depth,
            path: (earlier?.summary.path ?? [link.principal.name.rawValue]) + [link.delegate.rawValue],
            documents: (earlier?.summary.documents ?? []) + [document],
            links: (earlier?.summary.links ?? []) + (number.map { [$0] } ?? []))
    }
}

/// What tokens and records say of a chain, written once.
public final class ChainSummary: Sendable {
    /// The hash of the last link.
    public let hash: ChainHash
    /// How many agents the chain has.
    public let depth: Int
    /// The ids from the principal to the last agent.
    public let path: [String]
    /// The links as canonical JSON, root first.
    public let documents: [[UInt8]]
    /// The store's numbers of the links that are in the store, root first.
    public let links: [Int64]

    init(hash: ChainHash, depth: Int, path: [String], documents: [[UInt8]], links: [Int64]) {
        self.hash = hash
        self.depth = depth
        self.path = path
        self.documents = documents
        self.links = links
    }
}

extension Link {
    /// Whether this link can stand after `earlier` (docs/architecture.md, "The chain").
    fileprivate func follows(_ earlier: DelegationChain?) -> Bool {
        guard let earlier else { return depth == 1 && parent == nil && delegator == principal.name.rawValue }
        let before = earlier.link
        return depth == before.depth + 1 && parent == earlier.summary.hash && tokenID != nil && expiry != nil
            && issuer == before.issuer && chain == before.chain && principal == before.principal
            && (task == before.task || before.tokenID == nil) && delegator == before.delegate.rawValue
    }
}

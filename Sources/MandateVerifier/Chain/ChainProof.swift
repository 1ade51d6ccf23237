import MandateCore

/// The links of a chain, root first: the offline proof of who handed what to whom. That it exists says that every link
/// continues the one before it and gives no more; ``prove(_:)`` says that it is the chain of a token.
public struct ChainProof: Hashable, Sendable {
    /// At least one.
    public let links: [ChainLink]
    private let last: ChainLink

    /// Reads the document of `/delegations/{hash}`: `{"links":[…]}`.
    public init(document: [UInt8]) throws(ChainFailure) {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(strict: document)
        } catch {
            throw .malformed("the chain is not strict JSON")
        }
        guard let members = json.members, members.count == 1, let links = json["links"] else {
            throw .malformed("the chain is not an object with links and nothing else")
        }
        try self.init(links: links)
    }

    /// Reads the array of links, as the claim `delegation_chain` carries it.
    public init(links json: JSONValue) throws(ChainFailure) {
        guard let entries = json.array, DelegationConstraints.depths.contains(entries.count) else {
            throw .malformed("a chain is an array of 1 to \(DelegationConstraints.depths.upperBound) links")
        }
        var links: [ChainLink] = []
        for entry in entries {
            let link = try ChainLink(entry)
            try link.requireToFollow(links)
            links.append(link)
        }
        guard let last = links.last else { throw .malformed("a chain has no link") }
        self.links = links
        self.last = last
    }

    /// Proves that this is the chain `token` commits to, and that the token stays within its last link.
    public func prove(_ token: some MandateToken) throws(VerificationFailure) {
        guard last.hash == token.chainHash, last.depth == token.depth, last.delegate == token.agent,
            last.issuer.utf8.elementsEqual(token.issuer.utf8),
            links[0].delegator.utf8.elementsEqual(token.humanPrincipal.utf8),
            last.isRegistration || last.task == token.task,
            token.actors.isEmpty || token.actors == links.reversed().map(\.delegate)
        else { throw .chain(.mismatch) }
        if last.confirmation != nil { throw .proofRequired }
        if let end = last.expiry, end < token.expiry { throw .chain(.exceeded) }
        guard token.isWithin(last.authority) else { throw .chain(.exceeded) }
    }
}

extension ChainLink {
    /// Refuses a link that does not continue `earlier`, which is sound up to its end.
    fileprivate func requireToFollow(_ earlier: [ChainLink]) throws(ChainFailure) {
        guard depth == earlier.count + 1 else { throw .broken(depth: earlier.count + 1) }
        guard let before = earlier.last else {
            guard parent == nil, startsFromPrincipal else { throw .broken(depth: depth) }
            return
        }
        guard parent == before.hash, !isRegistration, issuer.utf8.elementsEqual(before.issuer.utf8),
            chain.utf8.elementsEqual(before.chain.utf8), principal == before.principal,
            before.isRegistration || task == before.task, delegator.utf8.elementsEqual(before.delegate.rawValue.utf8),
            !earlier.contains(where: { link in link.delegate == delegate })
        else { throw .broken(depth: depth) }
        guard before.authority.covers(authority) else { throw .widened(depth: depth) }
        if let limit = before.expiry {
            guard let end = expiry, end <= limit else { throw .outlived(depth: depth) }
        }
    }

    /// An agent that acts for itself got its authority from its owner, by that name; its registration serves every task.
    private var startsFromPrincipal: Bool {
        guard let owner = principal["owner"]?.string else { return !isRegistration }
        return (!isRegistration || task == nil) && owner.utf8.elementsEqual(delegator.utf8)
    }
}

import MandateCore
import MandateJOSE
import MandateVerifier
import Testing

@Suite("A chain")
struct ChainProofTests {
    @Test(
        "is refused when its second link is not what the first allows",
        arguments: [
            (["parent": .null], "chain_broken"), (["parent": "sha256:" + .zeros], "chain_broken"),
            (["depth": 3], "chain_broken"), (["iss": "https://other.example.com"], "chain_broken"),
            (["chain": "BBBBBBBBBBBBBBBBBBBBBB"], "chain_broken"), (["delegator": "billing-001"], "chain_broken"),
            (["delegator": "alice@example.com"], "chain_broken"), (["delegate": "planner-001"], "chain_broken"),
            (["principal": ["owner": "mallory@example.com"]], "chain_broken"),
            (["principal": ["iss": "https://idp.example.com", "sub": "alice"]], "chain_broken"),
            (["authority": ["cloud-inventory-api": ["ec2:*"]]], "chain_widened"),
            (["authority": ["billing-api": ["ec2:Describe*"]]], "chain_widened"),
            (["jti": .null, "exp": .null], "chain_broken"), (["exp": .null], "chain_malformed"),
            (["v": 2], "chain_malformed"), (["extra": 1], "chain_malformed"), (["depth": "2"], "chain_malformed"),
            (["authority": [:]], "chain_malformed"), (["authority": ["cloud-inventory-api": []]], "chain_malformed"),
            (["authority": ["cloud-inventory-api": ["ec2:Describe*", "ec2:Describe*"]]], "chain_malformed"),
            (["principal": "alice@example.com"], "chain_malformed"), (["parent": "sha1:00"], "chain_malformed"),
        ] as [([String: JSONValue], String)])
    func refusesSecond(changes: [String: JSONValue], reason: String) throws {
        let links = try SignedTokens.handOver(changes)
        #expect {
            try ChainProof(links: .array(links))
        } throws: { error in
            (error as? ChainFailure)?.reason == reason
        }
    }

    @Test("is refused when a link outlives the one before it, or changes its task")
    func refusesLaterEndAndOtherTask() throws {
        let end = JSONValue.integer(SignedTokens.now.seconds + 500)
        let root: [String: JSONValue] = ["jti": "019b0000-0000-7000-8000-000000000003", "exp": end, "task": "INC-4711"]
        #expect(throws: ChainFailure.outlived(depth: 2)) {
            try ChainProof(links: .array(SignedTokens.handOver(root: root)))
        }
        #expect(throws: ChainFailure.broken(depth: 2)) {
            try ChainProof(links: .array(SignedTokens.handOver(["exp": end, "task": "INC-1"], root: root)))
        }
        _ = try ChainProof(links: .array(SignedTokens.handOver(["exp": end], root: root)))
    }

    @Test("is refused when links are missing, moved or repeated")
    func refusesCuts() throws {
        let links = try SignedTokens.handOver()
        for wrong in [[], [links[1]], [links[1], links[0]], [links[0], links[0]], [links[0], links[1], links[1]]] {
            #expect(throws: ChainFailure.self) { try ChainProof(links: .array(wrong)) }
        }
        #expect(throws: ChainFailure.self) { try ChainProof(document: Array(#"{"links":[],"links":[]}"#.utf8)) }
    }

    @Test("with a changed root is refused, for the second link names the hash of the first")
    func refusesChangedRoot() throws {
        var links = try SignedTokens.handOver()
        links[0] = SignedTokens.link(["delegate": "planner-001", "authority": ["cloud-inventory-api": ["ec2:*"]]])
        #expect(throws: ChainFailure.broken(depth: 2)) { try ChainProof(links: .array(links)) }
    }

    @Test(
        "does not prove a token that says something else",
        arguments: [
            (["scope": "s3:ListBuckets", "permissions": nil], "chain_exceeded"),
            (["task_id": "INC-1"], "chain_mismatch"), (["task_id": nil], "chain_mismatch"),
            (["delegation_depth": 1], "chain_mismatch"),
            (["human_principal": "mallory@example.com"], "chain_mismatch"),
            (["sub": "planner-001", "agent_id": "planner-001", "client_id": "planner-001"], "chain_mismatch"),
            (["exp": .integer(1_800_000_801)], "chain_exceeded"),
            (["delegation_chain_hash": "sha256:" + .zeros], "chain_mismatch"),
        ] as [([String: JSONValue?], String)])
    func refusesToken(changes: [String: JSONValue?], reason: String) throws {
        let links = try SignedTokens.handOver()
        let carried = changes.merging(["delegation_chain": .array(links)]) { _, new in new }
        let tokens = try SignedTokens()
        #expect {
            try tokens.verify(SignedTokens.claims(carried, chain: links))
        } throws: { error in
            (error as? VerificationFailure)?.reason == reason
        }
    }

    @Test("that is sound proves its token, carried or fetched")
    func proves() throws {
        let tokens = try SignedTokens()
        let links = try SignedTokens.handOver()
        let document: JSONValue = ["links": .array(links)]
        let token = try tokens.verify(SignedTokens.claims(chain: links))
        try ChainProof(document: document.canonical).prove(token)
        let carrying = try SignedTokens.claims(["delegation_chain": .array(links)], chain: links)
        #expect(try tokens.verify(carrying).chain?.links.map(\.delegate.rawValue) == ["planner-001", "inventory-001"])
    }

    @Test("of a registration alone serves every task")
    func provesRegistration() throws {
        let tokens = try SignedTokens()
        let token = try tokens.verify(SignedTokens.claims(["delegation_chain": [SignedTokens.registration]]))
        #expect(token.chain?.links.count == 1)
    }
}

extension JSONValue {
    fileprivate static func + (prefix: JSONValue, rest: String) -> JSONValue {
        .string((prefix.string ?? "") + rest)
    }
}

extension String {
    fileprivate static let zeros = String(repeating: "0", count: 64)
}

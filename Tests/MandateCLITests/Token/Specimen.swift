import MandateCore
import MandateJOSE
import MandateTesting
import MandateVerifier
import Testing

/// Two hand-overs from a person, and tokens of the second agent, signed.
struct Specimen {
    let key: PrivateKey
    let keys: JWKS

    static let now = Instant.eightOClock
    static let issuer = "https://tokens.example.com"

    init() throws {
        key = try PrivateKey.generate(.es256)
        keys = try JWKS([key.publicKey])
    }

    func signed(_ claims: JSONValue, type: String) throws -> String {
        let token = try CompactJWS.token(
            claims: claims.canonical, header: TokenHeader(for: key, type: type), signer: try Signer(key))
        return String(decoding: token, as: UTF8.self)
    }

    func accessToken(task: JSONValue = "INC-4711") throws -> String {
        let own: JSONValue = ["aud": "cloud-inventory-api", "scope": "ec2:DescribeInstances", "task_id": task]
        return try signed(Self.joined(Self.common(), own), type: "at+jwt")
    }

    func delegationToken() throws -> String {
        let own: JSONValue = [
            "aud": .string(Self.issuer), "authority": ["cloud-inventory-api": ["ec2:DescribeInstances"]],
            "may_act": ["sub": "inventory-001"], "task_id": "INC-4711",
        ]
        return try signed(Self.joined(Self.common(), own), type: "delegation+jwt")
    }

    func revocations(_ name: String = "tasks", _ dead: JSONValue = []) throws -> String {
        let empty: [String: JSONValue] = [
            "iss": .string(Self.issuer), "iat": .integer(Self.now.seconds), "exp": .integer(Self.now.seconds + 3600),
            "tokens": [], "chains": [], "agents": [:], "agent_types": [:], "tasks": [], "principals": [], "keys": [],
        ]
        let members = empty.merging([name: dead]) { _, new in new }
        return try signed(
            .object(members.map { JSONMember(name: $0.key, value: $0.value) }), type: "revocations+jwt")
    }

    static func proof() throws -> ChainProof {
        try ChainProof(links: .array(links()))
    }

    static func links() throws -> [JSONValue] {
        let scopes: JSONValue = ["a:b", "a:c", "a:d", "a:e", "ec2:Describe*"]
        let first = link([
            "depth": 1, "parent": .null, "jti": "01a3185c-4448-7707-8707-070707070707",
            "delegator": "alice@example.com", "delegate": "planner-001", "exp": .integer(now.seconds + 3000),
            "authority": ["cloud-inventory-api": scopes, "reports-api": ["reports:write"]],
        ])
        let second = link([
            "depth": 2, "parent": .string(try hash(of: first)), "jti": "01a3185c-4830-7707-8707-070707070707",
            "delegator": "planner-001", "delegate": "inventory-001", "exp": .integer(now.seconds + 800),
            "authority": ["cloud-inventory-api": ["ec2:DescribeInstances"]],
        ])
        return [first, second]
    }

    private static func link(_ own: [String: JSONValue]) -> JSONValue {
        let shared: [String: JSONValue] = [
            "v": 1, "iss": .string(issuer), "chain": "AAAAAAAAAAAAAAAAAAAAAA",
            "principal": ["iss": "https://idp.example.com", "sub": "00u1"], "task": "INC-4711",
            "iat": .integer(now.seconds - 100), "policy": "sha256:00", "approval": .null, "cnf": .null,
        ]
        return .object(shared.merging(own) { _, new in new }.map { JSONMember(name: $0.key, value: $0.value) })
    }

    private static func joined(_ first: JSONValue, _ second: JSONValue) -> JSONValue {
        .object((first.members ?? []) + (second.members ?? []))
    }

    private static func hash(of link: JSONValue) throws -> String {
        "sha256:" + Hex.encode(try SHA256.hash(Array("mandate-link-v1\u{0}".utf8) + link.canonical))
    }

    private static func common() throws -> JSONValue {
        [
            "iss": .string(issuer), "sub": "inventory-001", "client_id": "inventory-001", "agent_id": "inventory-001",
            "agent_type": "inventory-reader", "human_principal": "alice@example.com",
            "jti": "01a3185c-5000-7707-8707-070707070707", "iat": .integer(now.seconds), "nbf": .integer(now.seconds),
            "exp": .integer(now.seconds + 600), "delegation_depth": 2,
            "delegation_chain_hash": .string(try hash(of: links()[1])),
        ]
    }
}

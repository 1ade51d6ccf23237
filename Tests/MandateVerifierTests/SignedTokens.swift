import MandateCore
import MandateJOSE
import MandateVerifier

/// One key, and tokens it signs: good ones, and good ones with one thing changed.
struct SignedTokens {
    let key: PrivateKey
    let keys: JWKS

    static let now = Instant(seconds: 1_800_000_000)
    static let issuer = "https://tokens.example.com"
    static let audience = "cloud-inventory-api"

    init(_ algorithm: SignatureAlgorithm = .es256) throws {
        key = try PrivateKey.generate(algorithm)
        keys = try JWKS([key.publicKey])
    }

    var verifier: AccessTokenVerifier {
        get throws {
            AccessTokenVerifier(
                issuer: try Self.require(Issuer(Self.issuer)), audience: try Self.require(AudienceID(Self.audience)),
                keys: keys)
        }
    }

    struct Missing: Error {}

    static func require<Value>(_ value: Value?) throws -> Value {
        guard let value else { throw Missing() }
        return value
    }

    func token(_ claims: JSONValue, type: String = "at+jwt") throws -> String {
        let token = try CompactJWS.token(
            claims: claims.canonical, header: TokenHeader(for: key, type: type), signer: try Signer(key))
        return String(decoding: token, as: UTF8.self)
    }

    func verify(_ claims: JSONValue, at now: Instant = now) throws -> VerifiedToken {
        try verifier.verify(try token(claims), at: now)
    }

    /// The claims of a good token, with these instead; a nil takes one away.
    static func claims(_ changes: [String: JSONValue?] = [:], chain: [JSONValue]? = nil) throws -> JSONValue {
        let chain = chain ?? [registration]
        let last = try require(chain.last)
        var members: [String: JSONValue] = [
            "iss": .string(issuer), "sub": "inventory-001", "aud": .string(audience),
            "exp": .integer(now.seconds + 600), "iat": .integer(now.seconds), "nbf": .integer(now.seconds),
            "jti": "019b0000-0000-7000-8000-000000000001", "client_id": "inventory-001",
            "agent_id": "inventory-001", "agent_type": "inventory-reader", "team": "platform-engineering",
            "scope": "ec2:DescribeInstances", "permissions": ["ec2:DescribeInstances"], "task_id": "INC-4711",
            "human_principal": "alice@example.com", "delegation_chain_hash": .string(try hash(of: last)),
            "delegation_depth": .integer(Int64(chain.count)),
        ]
        for (name, value) in changes { members[name] = value }
        return .object(members.map { name, value in JSONMember(name: name, value: value) })
    }

    static var registration: JSONValue { link([:]) }

    /// A registration link of the agent, with these members instead.
    static func link(_ changes: [String: JSONValue]) -> JSONValue {
        var members: [String: JSONValue] = [
            "v": 1, "iss": .string(issuer), "chain": "AAAAAAAAAAAAAAAAAAAAAA", "depth": 1, "parent": .null,
            "jti": .null, "delegator": "alice@example.com", "delegate": "inventory-001",
            "principal": ["owner": "alice@example.com"], "authority": ["cloud-inventory-api": ["ec2:Describe*"]],
            "task": .null, "iat": .integer(now.seconds - 100), "exp": .null, "policy": "sha256:00", "approval": .null,
            "cnf": .null,
        ]
        for (name, value) in changes { members[name] = value }
        return .object(members.map { name, value in JSONMember(name: name, value: value) })
    }

    /// A token's id that says when it was made, so many milliseconds from now.
    static func id(bornIn milliseconds: Int64) throws -> String {
        let birth = Instant(milliseconds: now.milliseconds + milliseconds)
        return try require(UUIDv7(at: birth, random: [UInt8](repeating: 7, count: 10))).text
    }

    static func hash(of link: JSONValue) throws -> String {
        "sha256:" + Hex.encode(try SHA256.hash(Array("mandate-link-v1\u{0}".utf8) + link.canonical))
    }

    /// Planner, by its registration, handed the inventory agent a part for one task; the second link with changes.
    static func handOver(_ changes: [String: JSONValue] = [:], root: [String: JSONValue] = [:]) throws -> [JSONValue] {
        let first = link(["delegate": "planner-001"].merging(root) { _, new in new })
        let second = link(
            [
                "depth": 2, "parent": .string(try hash(of: first)), "jti": "019b0000-0000-7000-8000-000000000002",
                "delegator": "planner-001", "task": "INC-4711", "exp": .integer(now.seconds + 800),
            ].merging(changes) { _, new in new })
        return [first, second]
    }
}

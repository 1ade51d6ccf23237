import MandateCore
import MandateTesting
import Testing

@Suite("A registration's link")
struct LinkTests {
    private let document =
        #"{"approval":null,"authority":{"billing-api":["invoice:read"],"cloud-inventory-api":["ec2:Describe*","s3:ListBuckets"]},"chain":"AAECAwQFBgcICQoLDA0ODw","cnf":null,"delegate":"inventory-agent-7","delegator":"alice@company.com","depth":1,"exp":null,"iat":1800000000,"iss":"https://mandate.example","jti":null,"parent":null,"policy":"sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945","principal":{"owner":"alice@company.com"},"task":null,"v":1}"#

    private func link() throws -> Link {
        Link.registration(
            of: Agent(
                id: AgentID(checked: "inventory-agent-7"), type: AgentTypeID(checked: "inventory-reader"),
                owner: Label(checked: "alice@company.com")),
            capabilities: ["cloud-inventory-api": "s3:ListBuckets ec2:Describe*", "billing-api": "invoice:read"],
            issuer: try #require(Issuer("https://mandate.example")),
            chain: try #require(ChainID(random: Array(0..<16))),
            policy: PolicyDigest(
                stored: "sha256:4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"),
            at: Instant(milliseconds: 1_800_000_000_999))
    }

    @Test("says every member, null where empty, in canonical form")
    func canonical() throws {
        #expect(String(decoding: try link().json.canonical, as: UTF8.self) == document)
    }

    @Test("is hashed with the prefix that no other hash of ours has")
    func hash() throws {
        let digests = OneDigest(
            of: Array("mandate-link-v1\u{0}".utf8) + Array(document.utf8), is: [UInt8](repeating: 0xAB, count: 32))
        let hash = try ChainHash(ofLink: link().json.canonical, hashing: digests)
        #expect(hash.bytes == [UInt8](repeating: 0xAB, count: 32))
        #expect(hash.text == "sha256:" + String(repeating: "ab", count: 32))
        #expect(hash == ChainHash(bytes: hash.bytes))
    }

    @Test("has a chain id of 128 random bits, never more or less", arguments: [0, 15, 17, 32])
    func chainID(count: Int) {
        #expect(ChainID(random: [UInt8](repeating: 0, count: count)) == nil)
        #expect(ChainID(random: [UInt8](repeating: 0xFF, count: 16))?.rawValue == "_____________________w")
    }

    @Test("has a hash of 32 bytes, never more or less", arguments: [0, 31, 33])
    func hashLength(count: Int) {
        #expect(ChainHash(bytes: [UInt8](repeating: 0, count: count)) == nil)
    }
}

/// Knows the hash of one input, and refuses every other.
private struct OneDigest: Digests {
    private let input: [UInt8]
    private let output: [UInt8]

    init(of input: [UInt8], is output: [UInt8]) { (self.input, self.output) = (input, output) }

    func sha256(_ bytes: [UInt8]) throws(Refusal) -> [UInt8] {
        guard bytes == input else { throw .unavailable(.cryptography) }
        return output
    }

    func hmac(_ message: [UInt8], key: [UInt8]) throws(Refusal) -> [UInt8] { throw .unavailable(.cryptography) }

    func running() throws(Refusal) -> any RunningDigest { throw .unavailable(.cryptography) }

    func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }
}

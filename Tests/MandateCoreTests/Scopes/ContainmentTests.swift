import MandateCore
import MandateTesting
import Testing

@Suite("Containment of scopes")
struct ContainmentTests {
    @Test(
        "does not give what the holder has not",
        arguments: [
            ("ec2:Describe*", "ec2:*"), ("ec2:Describe*", "ec2:*Instances"),
            ("ec2:Describe*", "ec2:TerminateInstances"),
            ("ec2:Describe*", "ec2:Describe:x"), ("db:orders:*", "db:orders"), ("db:orders:*", "db:*"),
            ("a:b", "A:b"), ("a:b", "a:b:c"), ("a:b:c", "a:b"), ("a:b*", "a:*b"), ("a:*b", "a:b*"), ("a:*b*", "a:*"),
            ("a:*:c", "a:*"), ("a:*:c", "a:b:c:c"), ("a:*:c", "a:c"), ("a:b*c", "a:bc*"), ("a:**b", "a:*"),
            ("a:*x", "a:*"), ("a:b:*", "a:*:b"), ("a:x*", "a:*"), ("a:*:*", "a:b"), ("a:*:*", "a:*"),
        ] as [(Scope, Scope)])
    func notCovered(held: Scope, asked: Scope) {
        #expect(!held.covers(asked))
    }

    @Test(
        "gives what the holder has",
        arguments: [
            ("ec2:Describe*", "ec2:DescribeInstances"), ("ec2:Describe*", "ec2:Describe*"),
            ("ec2:Describe*", "ec2:DescribeVpc*"), ("ec2:Describe*", "ec2:Describe"),
            ("db:orders:*", "db:orders:read"), ("db:orders:*", "db:orders:read:pii"), ("db:orders:*", "db:orders:*"),
            ("s3:*Bucket*", "s3:ListBuckets"), ("s3:*Bucket*", "s3:*BucketAcl"), ("a:*", "a:*:b"), ("a:*", "a:b:*"),
            ("a:*:c", "a:*:c"), ("a:*:c", "a:b*:c"), ("a:*b*", "a:bbb"), ("a:*ab*ab*", "a:xabababx"),
            ("a:*:*", "a:b:*"),
            ("a", "a"),
        ] as [(Scope, Scope)])
    func covered(held: Scope, asked: Scope) {
        #expect(held.covers(asked))
    }

    @Test("never adds up several scopes of the holder")
    func unions() {
        let held: ScopeSet = "db:a* db:b*"
        #expect(!held.covers("db:*"))
        #expect(!held.covers("db:a* db:c"))
        #expect(held.firstUncovered(of: "db:a1 db:b1 db:c1 db:d1") == "db:c1")
        #expect(held.covers("db:a1 db:b2"))
        #expect(!("db:a db:b" as ScopeSet).covers("db:*"))
    }

    @Test("does not slow down for a pattern made to be slow")
    func hostilePatterns() throws {
        let held = try #require(Scope("a:" + String(repeating: "*a", count: 100) + "*b"))
        let asked = try #require(Scope("a:" + String(repeating: "a", count: 254)))
        var answers: Set<Bool> = []
        let spent = ContinuousClock().measure {
            for _ in 0..<10 { answers.formUnion([held.covers(asked), held.overlaps(asked)]) }
        }
        #expect(answers == [false])
        #expect(spent < .seconds(5))
    }

    @Test("of authority goes audience by audience")
    func authority() {
        let held: Authority = ["inventory": "ec2:* s3:List*", "billing": "invoice:read"]
        #expect(held.covers(held))
        #expect(held.covers(["inventory": "ec2:DescribeVpcs"]))
        #expect(held.covers(["billing": "invoice:read", "inventory": "s3:ListBuckets"]))
        #expect(!held.covers(["billing": "ec2:DescribeVpcs"]))
        #expect(!held.covers(["inventory": "ec2:DescribeVpcs", "hr": "salary:read"]))
        #expect(!held.covers(["inventory": "ec2:DescribeVpcs", "billing": "invoice:*"]))
        #expect(!(["inventory": "ec2:*"] as Authority).covers(held))
    }

    @Test("of authority does not depend on the order it was written in, and authority is never empty")
    func authorityValues() {
        #expect((["b": "x", "a": "y"] as Authority) == ["a": "y", "b": "x"])
        #expect((["b": "x", "a": "y"] as Authority).entries.map(\.audience.rawValue) == ["a", "b"])
        #expect(Authority([]) == nil)
        #expect(Authority([entry("a", "x"), entry("a", "y")]) == nil)
    }

    private func entry(_ audience: String, _ scopes: ScopeSet) -> Authority.Entry {
        Authority.Entry(audience: AudienceID(checked: audience), scopes: scopes)
    }
}

import MandateCore
import Testing

@testable import MandateCLI

@Suite("A chain on the terminal")
struct ChainTreeTests {
    private let plain = Terminal(isInteractive: false, hasColour: false)

    @Test("is a tree from the person down, with what each agent was handed and until when")
    func draws() throws {
        let lines = ChainTree(proof: try Specimen.proof()).lines(for: plain, at: Specimen.now)
        #expect(
            lines == [
                "alice@example.com  vouched for by https://idp.example.com as 00u1",
                "└─ planner-001  depth 1, task INC-4711",
                "   │  until 2027-01-15T08:50:00.000Z (in 50 min)",
                "   │  cloud-inventory-api: a:b a:c a:d a:e and 1 more",
                "   │  reports-api: reports:write",
                "   └─ inventory-001  depth 2, task INC-4711",
                "        until 2027-01-15T08:13:20.000Z (in 13 min)",
                "        cloud-inventory-api: ec2:DescribeInstances",
            ])
    }

    @Test("says which hand-overs have ended")
    func ends() throws {
        let later = Specimen.now.advanced(bySeconds: 920)
        let lines = ChainTree(proof: try Specimen.proof()).lines(for: plain, at: later)
        #expect(lines[2].contains("until 2027-01-15T08:50:00.000Z (in 34 min)"))
        #expect(lines[6].contains("ended 2027-01-15T08:13:20.000Z (2 min ago)"))
    }

    @Test("that is known by its hash only comes with the ways to get it")
    func remark() throws {
        let token = try DecodedToken(try Specimen().accessToken())
        let hash = try #require(token.chainHash)
        let lines = KnownChain.committed(to: hash).lines(for: plain, at: Specimen.now)
        #expect(lines.count == 1)
        for word in [hash.text, "--server", "--chain"] { #expect(lines[0].contains(word)) }
        #expect(KnownChain.committed(to: hash).json == .null)
        #expect(KnownChain(.success(try Specimen.proof())).json.array?.count == 2)
    }
}

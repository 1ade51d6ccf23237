import MandateTesting
import Testing

@testable import MandateCore

@Suite("A question to a policy engine")
struct EngineQuestionTests {
    private static let collector = """
        {"attested_at":"2027-01-15T07:59:00.000Z","expires_at":"2027-01-16T08:00:00.000Z","id":"collector",\
        "owner":"bob@a.example","team":"finance","type":"collecting","version":"2.1"}
        """
    private static let planner = #"{"environment":"prod","id":"planner","owner":"bob@a.example","type":"planning"}"#
    private static let action =
        #"{"classes":["read","write"],"grant":"hand_over","scopes":["ec2:DescribeHosts","report:write"]}"#
    private static let audiences = """
        [{"classes":["read"],"id":"inventory","scopes":["ec2:DescribeHosts"],"sensitivity":[]},\
        {"classes":["write"],"environment":"prod","id":"reports","scopes":["report:write"],"sensitivity":["pii"]}]
        """
    private static let chain = """
        {"depth":2,"hash":"sha256:\(String(repeating: "0a", count: 32))",\
        "path":["alice@a.example","planner","collector"],"principal":{"iss":"https://idp.a.example","kind":"person",\
        "name":"alice@a.example","sub":"0-1"}}
        """
    private static let risk = #"{"reasons":["new_audience"],"score":30}"#

    @Test("is one document for OPA, with everything that was proven")
    func opa() {
        let body = EngineDialect.opa(document: "mandate/decision").body(of: .handOver())
        #expect(
            String(decoding: body, as: UTF8.self) == """
                {"input":{"action":\(Self.action),"agent":\(Self.collector),"audiences":\(Self.audiences),\
                "chain":\(Self.chain),"client":\(Self.planner),"risk":\(Self.risk),"task":"review-1",\
                "time":"2027-01-15T08:00:00.000Z"}}
                """)
    }

    @Test("is subject, action, resource and context for AuthZEN, and several audiences are one resource")
    func authzen() {
        let body = EngineDialect.authzen.body(of: .handOver())
        #expect(
            String(decoding: body, as: UTF8.self) == """
                {"action":{"name":"write","properties":\(Self.action)},"context":{"chain":\(Self.chain),\
                "client":\(Self.planner),"risk":\(Self.risk),"task":"review-1","time":"2027-01-15T08:00:00.000Z"},\
                "resource":{"id":"inventory reports","properties":{"audiences":\(Self.audiences)},"type":"audience"},\
                "subject":{"id":"collector","properties":\(Self.collector),"type":"agent"}}
                """)
    }

    @Test("is the same question at another time, and another one when anything else differs")
    func identity() {
        let question = EngineQuestion.handOver()
        #expect(question.identity == EngineQuestion.handOver(at: .eightOClock.advanced(bySeconds: 1)).identity)
        let riskier = EngineQuestion(
            agent: question.agent, client: question.client, grant: question.grant, targets: question.targets,
            chain: question.chain, task: question.task, now: question.now, risk: Risk(score: 31, reasons: []))
        #expect(question.identity != riskier.identity)
        let other = EngineQuestion(
            agent: question.client, client: question.client, grant: question.grant, targets: question.targets,
            chain: question.chain, task: question.task, now: question.now, risk: question.risk)
        #expect(question.identity != other.identity)
    }

    @Test("says of a pattern what the worst of all that it stands for is")
    func patterns() throws {
        let catalogue = try #require(
            Catalogue([
                Catalogue.Entry(name: "db:orders:*", scopeClass: .read),
                Catalogue.Entry(name: "db:orders:drop", scopeClass: .admin, sensitivity: Label(checked: "pii")),
            ]))
        let target = EngineQuestion.Target(
            Audience(id: AudienceID(checked: "db"), catalogue: catalogue), scopes: "db:orders:*")
        #expect(target.classes == [.read, .admin])
        #expect(target.sensitivity == [Label(checked: "pii")])
    }

    @Test("goes to a document of names only", arguments: ["mandate", "mandate/decision", "a.b/c-d_e~f"])
    func documents(text: String) {
        #expect(EngineDialect.isDocument(text))
        #expect(EngineDialect.opa(document: text).path == "/v1/data/\(text)")
    }

    @Test(
        "never leaves the documents",
        arguments: ["", "/", "a/", "/a", "a//b", "..", "a/../b", ".", "a?b", "a%2e", "a b"])
    func noDocuments(text: String) {
        #expect(!EngineDialect.isDocument(text))
    }
}

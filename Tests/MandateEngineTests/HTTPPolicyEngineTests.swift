import MandateCore
import MandateMetrics
import Testing

@testable import MandateEngine

@Suite("A policy engine over HTTP", .serialized)
struct HTTPPolicyEngineTests {
    private static let allowed = EngineAnswer.decided(EngineDecision(.allow, rule: rule("opa")))

    private static func rule(_ text: String) -> PrintableText {
        guard let rule = PrintableText(text) else { preconditionFailure("'\(text)' is no rule") }
        return rule
    }

    /// A deadline, and what a busy machine needs to notice it.
    private static let patience = Duration.milliseconds(750)

    @Test("is posted the question and gives the decision")
    func decides() async throws {
        let answer = #"{"result":{"effect":"require_approval","rule":"nights"}}"#
        try await RawEngine.run(.answer(RawEngine.Conduct.json(answer))) { raw in
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                let asked = Asked()
                _ = try await asked.ask(engine)
                #expect(asked.answers == [.decided(EngineDecision(.requireApproval, rule: Self.rule("nights")))])
            }
            let request = try #require(raw.seen.requests.first)
            #expect(request.hasPrefix("POST /v1/data/mandate/decision HTTP/1.1\r\n"))
            #expect(request.contains("Content-Type: application/json\r\n"))
            #expect(request.contains(#"{"input":{"action":"#))
            #expect(!request.contains("Authorization"))
        }
    }

    @Test("speaks AuthZEN below the path of its URL, with its token")
    func authzen() async throws {
        try await RawEngine.run(.answer(RawEngine.Conduct.json(#"{"decision":false}"#))) { raw in
            let token: @Sendable () throws(Problem) -> String = { "s3cret" }
            try await HTTPPolicyEngine.run(at: raw.url + "/pdp", .authzen, token: token) { engine in
                let asked = Asked()
                _ = try await asked.ask(engine)
                #expect(asked.answers == [.decided(EngineDecision(.deny, rule: Self.rule("authzen")))])
            }
            let request = try #require(raw.seen.requests.first)
            #expect(request.hasPrefix("POST /pdp/access/v1/evaluation HTTP/1.1\r\n"))
            #expect(request.contains("Authorization: Bearer s3cret\r\n"))
        }
    }

    private static let long = #"{"result":true,"filler":"\#(String(repeating: "x", count: 1_000_000))"}"#
    private static let yes = #"{"result":true}"#

    @Test(
        "fails in time, once, and says why, when its answer is none",
        arguments: [
            (RawEngine.Conduct.silence, EngineFailure.timeout),
            (.drip(RawEngine.Conduct.json(yes), every: .milliseconds(50)), .timeout),
            (.closeOnAccept, .closed), (.closeOnRequest, .closed),
            (.answer(Array(RawEngine.Conduct.json(yes).prefix(20)), thenCloses: true), .closed),
            (.answer(Array(RawEngine.Conduct.json(yes).dropLast()), thenCloses: true), .closed),
            (.answer(Array(RawEngine.Conduct.json(yes).dropLast())), .timeout),
            (.answer(RawEngine.Conduct.reply("500 Oops", type: "application/json", yes)), .status(500)),
            (.answer(RawEngine.Conduct.reply("201 Created", type: "application/json", yes)), .status(201)),
            (.answer(RawEngine.Conduct.reply("401 No", type: "application/json", yes)), .status(401)),
            (
                .answer(
                    RawEngine.Conduct.reply("302 Found", type: "application/json", yes, extra: "Location: /v1/yes\r\n")),
                .status(302)
            ),
            (.answer(RawEngine.Conduct.reply("200 OK", type: "text/html", yes)), .contentType),
            (.answer(RawEngine.Conduct.reply("200 OK", type: "application/jsonp", yes)), .contentType),
            (
                .answer(
                    RawEngine.Conduct.reply(
                        "200 OK", type: "application/json", yes, extra: "Content-Type: text/html\r\n")), .contentType
            ),
            (.answer(Array("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n\(yes)".utf8)), .contentType),
            (.answer(RawEngine.Conduct.json(long)), .tooLong),
            (.answer(Array("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n\(long)".utf8)), .tooLong),
            (.answer(Array("SSH-2.0-OpenSSH_9.2\r\n\r\n".utf8)), .unreadable),
            (.answer(RawEngine.Conduct.json("")), .unreadable), (.answer(RawEngine.Conduct.json("yes")), .unreadable),
            (.answer(RawEngine.Conduct.json(#"{"result":{"effect":"maybe"}}"#)), .unknownEffect),
            (.answer(RawEngine.Conduct.json(#"{"result":"true"}"#)), .malformed(at: "result")),
        ])
    func fails(conduct: RawEngine.Conduct, failure: EngineFailure) async throws {
        try await RawEngine.run(conduct) { raw in
            let asked = Asked()
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                let time = try await asked.ask(engine)
                #expect(time < Self.patience)
            }
            #expect(asked.answers == [.failed(failure)])
        }
    }

    @Test("fails in time where nobody listens, where TLS is spoken to nobody, and where there is no such host")
    func unreachable() async throws {
        let asked = Asked()
        try await HTTPPolicyEngine.run(at: try await RawEngine.nobody()) { engine in
            let time = try await asked.ask(engine)
            #expect(time < Self.patience)
        }
        try await HTTPPolicyEngine.run(at: "http://engine.invalid:8181") { engine in
            let time = try await asked.ask(engine)
            #expect(time < Self.patience)
        }
        try await RawEngine.run(.closeOnAccept) { raw in
            try await HTTPPolicyEngine.run(at: raw.url.replacing("http:", with: "https:")) { engine in
                let time = try await asked.ask(engine)
                #expect(time < Self.patience)
            }
        }
        #expect(asked.answers.count == 3)
        for answer in asked.answers {
            #expect([.failed(.unreachable), .failed(.timeout), .failed(.closed)].contains(answer))
        }
        #expect(asked.answers.first == .failed(.unreachable))
    }

    @Test("is trusted with a certificate of its authority for its host, and with no other")
    func certificates() async throws {
        let certificate = try SelfSigned()
        let asked = Asked()
        try await RawEngine.run(.answer(RawEngine.Conduct.json(Self.yes)), tls: try certificate.context()) { raw in
            for (host, authorities) in [
                ("localhost", nil), ("127.0.0.1", certificate.path), ("localhost", certificate.path),
            ] {
                let url = "https://\(host):\(raw.port)"
                try await HTTPPolicyEngine.run(at: url, authorities: authorities) { engine in
                    let time = try await asked.ask(engine)
                    #expect(time < Self.patience)
                }
            }
            #expect(raw.seen.requests.count == 1)
        }
        #expect(asked.answers == [.failed(.unreachable), .failed(.unreachable), Self.allowed])
    }

    @Test("denies what it has no decision for")
    func undefined() async throws {
        try await RawEngine.run(.answer(RawEngine.Conduct.json("{}"))) { raw in
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                let asked = Asked()
                _ = try await asked.ask(engine)
                guard case .decided(let decision) = asked.answers.first else { throw Asked.NoAnswer() }
                #expect(decision.effect == .deny)
            }
        }
    }

    @Test("keeps its connection, and asks anew over another when a kept one was closed")
    func keepsConnections() async throws {
        let asked = Asked()
        try await RawEngine.run(.answer(RawEngine.Conduct.json(Self.yes))) { raw in
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                for _ in 0..<50 { _ = try await asked.ask(engine) }
            }
            #expect(raw.seen.connections == 1)
            #expect(raw.seen.requests.count == 50)
        }
        try await RawEngine.run(.answerOnce(RawEngine.Conduct.json(Self.yes))) { raw in
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                for _ in 0..<10 { _ = try await asked.ask(engine) }
            }
            #expect(raw.seen.connections == 10)
        }
        #expect(asked.answers == Array(repeating: Self.allowed, count: 60))
    }

    @Test("does not take what came too early for the answer to a later question")
    func unaskedAnswers() async throws {
        let two = RawEngine.Conduct.json(#"{"result":false}"#) + RawEngine.Conduct.json(Self.yes)
        try await RawEngine.run(.answer(two)) { raw in
            let asked = Asked()
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                for _ in 0..<20 { _ = try await asked.ask(engine) }
            }
            #expect(asked.answers.count == 20)
            #expect(!asked.answers.contains(Self.allowed))
        }
    }

    @Test("answers ten thousand questions over few connections")
    func manyQuestions() async throws {
        try await RawEngine.run(.answer(RawEngine.Conduct.json(Self.yes))) { raw in
            let asked = Asked()
            try await HTTPPolicyEngine.run(at: raw.url) { engine in
                for _ in 0..<200 { _ = try await asked.ask(engine, 50) }
            }
            #expect(asked.answers.filter { $0 != Self.allowed } == [])
            #expect(raw.seen.mostOpen <= 8)
        }
    }

    @Test("does not gather questions while it stands still: what does not fit fails at once, the rest in time")
    func standsStill() async throws {
        try await RawEngine.run(.silence) { raw in
            let metrics = MetricsRegistry(families: MetricFamily.mandate)
            let asked = Asked()
            try await HTTPPolicyEngine.run(at: raw.url, metrics: metrics) { engine in
                let time = try await asked.ask(engine, 10_000)
                #expect(time < .seconds(3))
                #expect(asked.answers.prefix(1000).allSatisfy { $0 == .failed(.overloaded) })
                let overloaded = asked.answers.filter { $0 == .failed(.overloaded) }.count
                let late = asked.answers.filter { $0 == .failed(.timeout) }.count
                #expect(overloaded + late == 10_000)
                #expect((1...1032).contains(late))
                // All of them have left, so there is room again.
                let again = try await asked.ask(engine)
                #expect(again < Self.patience)
            }
            #expect(asked.answers.last == .failed(.timeout))
            #expect(raw.seen.requests.count <= 16)
            let page = String(decoding: metrics.page(), as: UTF8.self)
            #expect(page.contains(#"mandate_policy_engine_questions_total{outcome="overloaded"}"#))
            #expect(page.contains("mandate_policy_engine_seconds_count 10001\n"))
        }
    }

    @Test("answers everything that still waits when it is shut down, and everything after")
    func shutDown() async throws {
        try await RawEngine.run(.silence) { raw in
            let engine = try HTTPPolicyEngine(
                EnginePlan(url: raw.url, dialect: .authzen),
                metrics: MetricsRegistry(families: MetricFamily.mandate), logger: .silent)
            let asked = Asked()
            async let waiting = asked.ask(engine, 100)
            try await Task.sleep(for: .milliseconds(100))
            await engine.shutDown()
            let time = try await waiting
            #expect(time < .milliseconds(450))
            _ = try await asked.ask(engine)
            #expect(asked.answers == Array(repeating: .failed(.stopped), count: 101))
        }
    }

    @Test("may be let go of without a word")
    func letGo() throws {
        for _ in 0..<3 {
            _ = try HTTPPolicyEngine(
                EnginePlan(url: "http://127.0.0.1:1", dialect: .authzen),
                metrics: MetricsRegistry(families: MetricFamily.mandate), logger: .silent)
        }
    }

    @Test("is not made with a token that cannot be read, an authority that is none, or a URL that is none")
    func mistakes() {
        let metrics = MetricsRegistry(families: MetricFamily.mandate)
        let unreadable: @Sendable () throws(Problem) -> String = { () throws(Problem) in
            throw Problem(.invalid, "no token")
        }
        let plans = [
            EnginePlan(url: "http://127.0.0.1:1", dialect: .authzen, token: unreadable),
            EnginePlan(url: "https://127.0.0.1:1", dialect: .authzen, authorities: "/nowhere/ca.pem"),
            EnginePlan(url: "ftp://127.0.0.1", dialect: .authzen),
        ]
        for plan in plans {
            #expect(throws: Problem.self) { try HTTPPolicyEngine(plan, metrics: metrics, logger: .silent) }
        }
    }
}

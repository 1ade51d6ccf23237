import MandateTesting
import Testing

@testable import MandateCore

@Suite("What an engine said")
struct ConsultationTests {
    private let question = EngineQuestion.handOver()

    /// The same agents and scopes, but asked for by the one who would get them.
    private var other: EngineQuestion {
        EngineQuestion(
            agent: question.agent, client: question.agent, grant: question.grant, targets: question.targets,
            chain: question.chain, task: question.task, now: question.now, risk: question.risk)
    }

    @Test("to one question is no answer to another, however late it comes")
    func decision() {
        let allowed = EngineAnswer.decided(EngineDecision(.allow, rule: PrintableText(checked: "opa")))
        let consultation = Consultation(question, allowed)
        #expect(consultation.answer(to: .handOver(at: .eightOClock.advanced(bySeconds: 1))) == allowed)
        #expect(consultation.answer(to: other) == nil)
    }

    @Test("counts for every question when it is nothing: nobody waits for it twice")
    func failure() {
        #expect(Consultation(question, .failed(.timeout)).answer(to: other) == .failed(.timeout))
    }
}

import MandateCore
import NIOCore
import Testing

@testable import MandateEngine

@Suite("Questions that wait for a connection")
struct QuestionQueueTests {
    private let loud = AgentID(checked: "loud")
    private let quiet = AgentID(checked: "quiet")

    private func question(_ number: UInt8) -> QuestionQueue.Question {
        QuestionQueue.Question(body: [number], deadline: .now()) { _ in }
    }

    @Test("go in turn by client, and each client's in their order")
    func turns() {
        var queue = QuestionQueue()
        for number in 0..<4 as Range<UInt8> { queue.append(question(number), of: loud) }
        queue.append(question(10), of: quiet)
        #expect([queue.popFirst()?.body, queue.popFirst()?.body] == [[0], [10]])
        queue.append(question(11), of: quiet)
        var order: [UInt8] = []
        while let next = queue.popFirst() { order += next.body }
        #expect(order == [1, 11, 2, 3])
        queue.append(question(12), of: quiet)
        #expect(queue.popFirst()?.body == [12])
        #expect(queue.popFirst() == nil)
    }

    @Test("are so many, and so many of one client; a closed gate lets nobody in")
    func gate() {
        let gate = QuestionGate(most: 3, mostOfClient: 2)
        #expect([gate.enter(loud), gate.enter(loud), gate.enter(loud)] == [nil, nil, .overloaded])
        #expect([gate.enter(quiet), gate.enter(quiet)] == [nil, .overloaded])
        gate.leave(loud)
        #expect(gate.enter(loud) == nil)
        gate.close()
        #expect(gate.enter(quiet) == .stopped)
    }
}

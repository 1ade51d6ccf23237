import MandateCore
import NIOCore

/// Questions that wait for a connection. Clients take turns, so that nobody waits behind all that another one asked.
struct QuestionQueue {
    struct Question {
        let body: [UInt8]
        let deadline: NIODeadline
        let finish: @Sendable (EngineAnswer) -> Void
    }

    private var waiting: [AgentID: ArraySlice<Question>] = [:]
    /// Every client that has questions here, once.
    private var turns: ArraySlice<AgentID> = []

    mutating func append(_ question: Question, of client: AgentID) {
        if waiting[client] == nil { turns.append(client) }
        waiting[client, default: []].append(question)
    }

    /// The oldest question of the client whose turn it is.
    mutating func popFirst() -> Question? {
        guard let client = turns.popFirst(), var questions = waiting.removeValue(forKey: client) else { return nil }
        let question = questions.popFirst()
        if !questions.isEmpty {
            waiting[client] = questions
            turns.append(client)
        }
        return question
    }
}

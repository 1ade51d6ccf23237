import MandateCore

/// The requests of one event loop that the policy engine thinks about, and those it is done with that wait for their turn.
struct Consultations {
    private var thoughtAbout: [Int: WaitingRequest] = [:]
    private var done: ArraySlice<WaitingRequest> = []
    private var ofClient: [AgentID: Int] = [:]
    private var next = 0

    /// So many at most; who comes then is turned away at once.
    static let most = 1024
    /// So many of them by one client, so that nobody keeps all others from the engine.
    static let mostOfClient = 256

    /// Whether there is room for one more request of its client.
    func hasRoom(for request: WaitingRequest) -> Bool {
        guard thoughtAbout.count + done.count < Self.most else { return false }
        return request.clientID.map { ofClient[$0, default: 0] < Self.mostOfClient } ?? false
    }

    /// A number for the request, to be said with the engine's answer.
    mutating func begin(_ request: WaitingRequest) -> Int {
        defer { next &+= 1 }
        thoughtAbout[next] = request
        if let client = request.clientID { ofClient[client, default: 0] += 1 }
        return next
    }

    mutating func end(_ number: Int, _ consultation: Consultation) {
        guard let request = thoughtAbout.removeValue(forKey: number) else { return }
        request.consulted = consultation
        done.append(request)
    }

    /// Who has waited longest of those that can go on.
    mutating func popFirst() -> WaitingRequest? {
        guard let request = done.popFirst() else { return nil }
        if let client = request.clientID, let count = ofClient[client] {
            ofClient[client] = count > 1 ? count - 1 : nil
        }
        return request
    }
}

extension WaitingRequest {
    fileprivate var clientID: AgentID? { client?.agent.id }
}

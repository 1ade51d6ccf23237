import MandateCore

/// The requests of one event loop that the policy engine thinks about, and those it is done with that wait for their turn.
struct Consultations {
    private var thoughtAbout: [Int: WaitingRequest] = [:]
    private var done: ArraySlice<WaitingRequest> = []
    private var next = 0

    /// So many at most; who comes then is turned away at once.
    static let most = 1024

    var isFull: Bool { thoughtAbout.count + done.count >= Self.most }

    /// A number for the request, to be said with the engine's answer.
    mutating func begin(_ request: WaitingRequest) -> Int {
        defer { next &+= 1 }
        thoughtAbout[next] = request
        return next
    }

    mutating func end(_ number: Int, _ consultation: Consultation) {
        guard let request = thoughtAbout.removeValue(forKey: number) else { return }
        request.consulted = consultation
        done.append(request)
    }

    /// Who has waited longest of those that can go on.
    mutating func popFirst() -> WaitingRequest? { done.popFirst() }
}

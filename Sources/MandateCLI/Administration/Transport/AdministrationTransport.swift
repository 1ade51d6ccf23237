/// How a command reaches administration: over the server's socket, or in this process under the data directory's lock.
protocol AdministrationTransport: Sendable {
    /// The answer, whatever its status; throws only when there is none.
    func send(_ call: AdministrationCall) async throws -> AdministrationAnswer
}

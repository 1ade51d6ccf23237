import MandateAdmin

/// Administration in this process, while no server runs; the lock on the data directory is held until it is gone.
final class LocalTransport: AdministrationTransport {
    private let installation: Assembly.Installation

    init(_ installation: Assembly.Installation) {
        self.installation = installation
    }

    deinit {
        installation.store.close()
    }

    func send(_ call: AdministrationCall) async throws -> AdministrationAnswer {
        let request = AdminRequest(
            method: call.method, target: call.target, body: call.body?.canonical ?? [], operatorName: "operator")
        guard let request else { throw CommandFailure("the request cannot be written as a path: check the names") }
        let response = await installation.api.respond(to: request)
        return try AdministrationAnswer(status: response.status, raw: response.body, isText: call.isText)
    }
}

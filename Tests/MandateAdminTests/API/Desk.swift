import MandateAdmin
import MandateCore
import MandateTesting

/// The admin API over a registry in memory, and an operator in front of it.
struct Desk: Sendable {
    let keys = FakeKeyStore()
    let registry: FakeRegistry
    let upkeep = FakeUpkeep()
    let api: AdminAPI

    init() async throws {
        registry = try await Quickstart.registry(keys: keys)
        api = AdminAPI(
            administration: registry, upkeep: upkeep, keys: keys, issuers: .testing(),
            policies: .testing(), engine: .audiences([AudienceID(checked: "asked-api")]), digests: FakeDigests(),
            random: { (count) throws(Refusal) in [UInt8](repeating: 0xFB, count: count) }, overlap: 86_400)
    }

    /// What the API answers to a request line and a body.
    func ask(_ method: String, _ target: String, _ body: String = "") async throws -> Answer {
        guard
            let request = AdminRequest(
                method: method, target: target, body: Array(body.utf8), operatorName: "op")
        else { throw Problem(.invalid, "the target is not percent-encoded") }
        return try await answer(to: request)
    }

    func answer(to request: AdminRequest) async throws -> Answer {
        let response = await api.respond(to: request)
        return Answer(
            status: response.status, contentType: response.contentType,
            headers: Dictionary(uniqueKeysWithValues: response.headers.map { ($0.name, $0.value) }),
            json: response.body.isEmpty ? .null : try JSONValue(strict: response.body))
    }

    struct Answer: Sendable {
        let status: Int
        let contentType: String
        let headers: [String: String]
        let json: JSONValue

        var next: String { json["next"]?.string ?? "" }
        var ids: [String] { json["items"]?.array?.compactMap { $0["id"]?.string } ?? [] }
    }
}

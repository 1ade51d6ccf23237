import MandateCore

extension AdminAPI {
    func showOpenAPI(_ call: Call) async throws(Problem) -> AdminResponse {
        AdminResponse(status: 200, body: OpenAPI.bytes)
    }
}

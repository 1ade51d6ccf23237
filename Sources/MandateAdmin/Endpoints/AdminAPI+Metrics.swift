import MandateCore

extension AdminAPI {
    /// The page that Prometheus reads.
    func showMetrics(_ call: Call) async throws(Problem) -> AdminResponse {
        AdminResponse(status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics())
    }
}

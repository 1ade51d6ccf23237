/// What the admin API answers, as plain values.
public struct AdminResponse: Sendable {
    public let status: Int
    public let contentType: String
    public let headers: [(name: String, value: String)]
    public let body: [UInt8]

    init(
        status: Int, contentType: String = "application/json", headers: [(name: String, value: String)] = [],
        body: [UInt8]
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers + [("Cache-Control", "no-store")]
        self.body = body
    }
}

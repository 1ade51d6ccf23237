/// One answer as a plain value.
struct HTTPResponse: Hashable, Sendable {
    var status: Int
    var fields: [Field]
    var body: [UInt8]
    /// Whether the connection must close after it, whatever the request wanted.
    var closes = false
    /// What log and metrics say of it when it is a refusal; the caller does not see it.
    var refusal: RefusalNote?

    struct Field: Hashable, Sendable {
        let name: String
        let value: String
    }

    init(status: Int, contentType: String? = "application/json", fields: [Field] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = contentType.map { [Field(name: "Content-Type", value: $0)] + fields } ?? fields
        self.body = body
    }

    /// The bytes on the wire before the body (RFC 9112 §4).
    func head(date: String, keepsAlive: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256)
        bytes.append(contentsOf: "HTTP/1.1 ".utf8)
        bytes.append(contentsOf: Self.statusText(status).utf8)
        for field in fields {
            bytes.append(contentsOf: "\r\n".utf8)
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(contentsOf: ": ".utf8)
            bytes.append(contentsOf: field.value.utf8)
        }
        bytes.append(contentsOf: "\r\nDate: ".utf8)
        bytes.append(contentsOf: date.utf8)
        if status != 304 {
            bytes.append(contentsOf: "\r\nContent-Length: ".utf8)
            bytes.append(contentsOf: String(body.count).utf8)
        }
        if closes || !keepsAlive { bytes.append(contentsOf: "\r\nConnection: close".utf8) }
        bytes.append(contentsOf: "\r\n\r\n".utf8)
        return bytes
    }

    private static func statusText(_ status: Int) -> String {
        switch status {
        case 200: "200 OK"
        case 304: "304 Not Modified"
        case 400: "400 Bad Request"
        case 401: "401 Unauthorized"
        case 403: "403 Forbidden"
        case 404: "404 Not Found"
        case 405: "405 Method Not Allowed"
        case 408: "408 Request Timeout"
        case 413: "413 Content Too Large"
        case 414: "414 URI Too Long"
        case 415: "415 Unsupported Media Type"
        case 417: "417 Expectation Failed"
        case 422: "422 Unprocessable Content"
        case 429: "429 Too Many Requests"
        case 431: "431 Request Header Fields Too Large"
        case 503: "503 Service Unavailable"
        case 505: "505 HTTP Version Not Supported"
        default: "\(status) Status"
        }
    }
}

/// One HTTP/1.1 request as a plain value: bounded, with only the fields that can matter here.
struct HTTPRequest: Hashable, Sendable {
    let method: String
    /// The path without the query, as sent.
    let path: String
    /// The bytes after `?`, or nil.
    let query: [UInt8]?
    let contentType: String?
    let authorization: [UInt8]?
    let ifNoneMatch: String?
    let idempotencyKey: String?
    /// As it was sent; nil too when it was sent twice.
    let traceparent: String?
    let body: [UInt8]
    /// Whether the connection stays open after the answer (RFC 9112 §9.3).
    let keepsAlive: Bool
}

/// What every request must stay within.
enum HTTPLimits {
    static let requestLine = 4096
    static let head = 16 * 1024
    static let fields = 64
    static let body = 64 * 1024
    /// A chunked body may not be mostly framing.
    static let chunkedBody = 128 * 1024
}

/// A request that is no HTTP, or too much of it. The connection closes after the answer.
struct HTTPFailure: Error, Hashable, Sendable {
    let status: Int
    let reason: String
    let detail: String

    static func malformed(_ detail: String) -> HTTPFailure {
        HTTPFailure(status: 400, reason: "malformed_request", detail: detail)
    }

    static let requestLineTooLong = HTTPFailure(
        status: 414, reason: "request_line_too_long", detail: "the request line is longer than 4 KiB")
    static let headersTooLarge = HTTPFailure(
        status: 431, reason: "headers_too_large", detail: "the header fields exceed 16 KiB or are more than 64")
    static let bodyTooLarge = HTTPFailure(
        status: 413, reason: "body_too_large", detail: "the body is larger than 64 KiB")
    static let compressedBody = HTTPFailure(
        status: 415, reason: "unsupported_content_encoding",
        detail: "compressed bodies are refused; send the body as it is")
    static let timedOut = HTTPFailure(
        status: 408, reason: "too_slow", detail: "the request did not arrive within 10 seconds")
}

import MandateCore

/// How a command reaches administration: over the server's socket, or in this process under the data directory's lock.
protocol AdministrationTransport: Sendable {
    /// The answer, whatever its status; throws only when there is none.
    func send(_ call: AdministrationCall) async throws -> AdministrationAnswer
}

/// One request to the admin API.
struct AdministrationCall: Hashable, Sendable {
    let method: String
    /// Percent-encoded, with the slash in front.
    let path: String
    /// Not encoded yet.
    let query: [(name: String, value: String)]
    let body: JSONValue?
    /// Whether a success is text and not JSON.
    let isText: Bool
    /// How long the answer may take, in seconds.
    let patience: Int64

    static let usualPatience: Int64 = 30

    init(
        _ method: String, _ path: String, query: [(name: String, value: String)] = [], body: JSONValue? = nil,
        isText: Bool = false, patience: Int64 = usualPatience
    ) {
        self.patience = patience
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.isText = isText
    }

    /// Path and query as a request line has them.
    var target: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))" }
        return path + "?" + pairs.joined(separator: "&")
    }

    static func == (left: AdministrationCall, right: AdministrationCall) -> Bool {
        left.method == right.method && left.target == right.target && left.body == right.body
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(method)
        hasher.combine(target)
    }
}

/// One answer of the admin API.
struct AdministrationAnswer: Hashable, Sendable {
    let status: Int
    /// `null` when there was no body.
    let body: JSONValue
    /// The bytes that `body` was read from.
    let raw: [UInt8]

    /// Reads the body strictly; an answer that is not JSON is a failure, unless a success was to be text.
    init(status: Int, raw: [UInt8], isText: Bool = false) throws(CommandFailure) {
        self.status = status
        self.raw = raw
        if raw.isEmpty || isText && status == 200 {
            body = .null
            return
        }
        do throws(JSONError) {
            body = try JSONValue(strict: raw, maximumDepth: 128)
        } catch {
            throw CommandFailure("the server answered \(status) with something that is not JSON: is it a Mandate?")
        }
    }
}

/// Percent-encoding of everything but RFC 3986 `unreserved`.
enum PercentEncoding {
    static func encode(_ text: String) -> String {
        var encoded: [UInt8] = []
        for byte in text.utf8 {
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                encoded.append(UInt8(ascii: "%"))
                encoded.append(contentsOf: Hex.encode([byte]).uppercased().utf8)
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }
}

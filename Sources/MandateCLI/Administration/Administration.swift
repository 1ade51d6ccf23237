import MandateCore

/// The admin API in the words of the commands: what is refused becomes one sentence.
struct Administration: Sendable {
    private let transport: any AdministrationTransport

    init(_ transport: any AdministrationTransport) {
        self.transport = transport
    }

    func get(_ path: String..., query: [(name: String, value: String)] = []) async throws -> AdministrationAnswer {
        try await accepted(AdministrationCall("GET", Self.path(path), query: query))
    }

    /// The bytes of a document that is not JSON.
    func text(_ path: String...) async throws -> [UInt8] {
        try await accepted(AdministrationCall("GET", Self.path(path), isText: true)).raw
    }

    func post(
        _ path: String..., query: [(name: String, value: String)] = [], body: JSONValue? = nil,
        patience: Int64 = AdministrationCall.usualPatience
    ) async throws -> AdministrationAnswer {
        try await accepted(AdministrationCall("POST", Self.path(path), query: query, body: body, patience: patience))
    }

    func put(_ path: String..., body: JSONValue) async throws -> AdministrationAnswer {
        try await accepted(AdministrationCall("PUT", Self.path(path), body: body))
    }

    func patch(_ path: String..., body: JSONValue) async throws -> AdministrationAnswer {
        try await accepted(AdministrationCall("PATCH", Self.path(path), body: body))
    }

    func delete(_ path: String...) async throws -> AdministrationAnswer {
        try await accepted(AdministrationCall("DELETE", Self.path(path)))
    }

    /// All items of a list, page after page.
    func items(_ path: String..., query: [(name: String, value: String)] = []) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        try await pages(path, query: query) { page in items += page }
        return items
    }

    /// The same a page at a time: nothing but the page at hand is kept.
    func pages(
        _ path: [String], query: [(name: String, value: String)] = [], each: ([JSONValue]) throws -> Void
    ) async throws {
        var cursor: String?
        repeat {
            let page = query + (cursor.map { [(name: "after", value: $0)] } ?? [])
            let answer = try await accepted(AdministrationCall("GET", Self.path(path), query: page))
            guard let found = answer.body["items"]?.array else { throw Self.unreadable }
            let next = answer.body["next"]?.string
            guard next == nil || next != cursor else { throw Self.unreadable }
            try each(found)
            cursor = next
        } while cursor != nil
    }

    /// The answer when it is a success; else what the server says, as a ``Refused``.
    private func accepted(_ call: AdministrationCall) async throws -> AdministrationAnswer {
        let answer = try await transport.send(call)
        guard (200..<300).contains(answer.status) else { throw Refused(answer) }
        return answer
    }

    private static func path(_ segments: [String]) -> String {
        segments.reduce("/v1") { path, segment in path + "/" + PercentEncoding.encode(segment) }
    }

    static let unreadable = CommandFailure("the server's answer is not of this version: update the server or mandate")
}

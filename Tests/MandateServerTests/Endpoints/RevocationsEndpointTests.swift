import MandateCore
import MandateTesting
import Synchronization
import Testing

@testable import MandateServer

@Suite("The endpoint of the list of what is revoked")
struct RevocationsEndpointTests {
    /// What the endpoint is told, and how often it asks.
    private final class Registry: Sendable {
        let made = Mutex(0)
        let listing: Mutex<RevocationListing>

        init(_ listing: RevocationListing) { self.listing = Mutex(listing) }
    }

    private let registry: Registry
    private let endpoint: RevocationsEndpoint
    private let key = KeyID(checked: String(repeating: "k", count: 43))

    private static func mark(_ revocations: Int64) -> RevocationListing.Mark {
        RevocationListing.Mark(epoch: Epoch(7), revocations: revocations)
    }

    init() throws {
        var listing = RevocationListing(mark: Self.mark(1))
        listing.signingKey = key
        listing.tokens = ["jti-1"]
        let registry = Registry(listing)
        self.registry = registry
        endpoint = RevocationsEndpoint(
            issuer: try #require(Issuer("https://tokens.example")), digests: FakeDigests(),
            source: RevocationsEndpoint.Source(
                listing: { _ throws(Refusal) in
                    registry.made.withLock { $0 += 1 }
                    return registry.listing.withLock { $0 }
                },
                sign: { claims, key throws(Refusal) in Array("signed:".utf8) + claims }))
    }

    private func ask(
        _ mark: RevocationListing.Mark, after seconds: Int64 = 0, tag: String? = nil
    ) async -> HTTPResponse {
        let request = HTTPRequest(
            method: "GET", path: "/revocations", query: nil, contentType: nil, authorization: nil, ifNoneMatch: tag,
            idempotencyKey: nil, traceparent: nil, body: [], keepsAlive: true)
        return await withCheckedContinuation { continuation in
            endpoint.respond(to: request, mark: mark, at: .eightOClock.advanced(bySeconds: seconds)) {
                continuation.resume(returning: $0)
            }
        }
    }

    private func field(_ name: String, of response: HTTPResponse) -> String? {
        response.fields.first { $0.name == name }?.value
    }

    @Test("signs who says it, when and for how long, and all that is revoked")
    func signed() async throws {
        let response = await ask(Self.mark(1))
        #expect(response.status == 200 && field("Content-Type", of: response) == "application/jwt")
        #expect(field("Cache-Control", of: response) == "no-cache")
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"signed:{"agent_types":{},"agents":{},"chains":[],"exp":1800003600,"iat":1800000000,"#
                + #""iss":"https://tokens.example","keys":[],"principals":[],"tasks":[],"tokens":["jti-1"]}"#)
    }

    @Test("is made once for everybody, until something is revoked or ten seconds have passed")
    func once() async throws {
        for seconds in [0, 1, 9] as [Int64] { _ = await ask(Self.mark(1), after: seconds) }
        #expect(registry.made.withLock { $0 } == 1)
        _ = await ask(Self.mark(1), after: 10)
        #expect(registry.made.withLock { $0 } == 2)
        registry.listing.withLock { listing in
            var next = RevocationListing(mark: Self.mark(2))
            next.signingKey = listing.signingKey
            next.tokens = ["jti-1", "jti-2"]
            listing = next
        }
        try await Task.sleep(for: .milliseconds(300))
        let response = await ask(Self.mark(2), after: 10)
        #expect(registry.made.withLock { $0 } == 3)
        #expect(String(decoding: response.body, as: UTF8.self).contains(#"["jti-1","jti-2"]"#))
    }

    @Test("has a tag as long as it is the same list")
    func tag() async throws {
        let first = await ask(Self.mark(1))
        let tag = try #require(field("ETag", of: first))
        for tags in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
            let response = await ask(Self.mark(1), after: 9, tag: tags)
            #expect(response.status == 304 && response.body.isEmpty && field("ETag", of: response) == tag)
        }
        #expect(await ask(Self.mark(1), after: 9, tag: "\"x\"").status == 200)
        let later = await ask(Self.mark(1), after: 60, tag: tag)
        #expect(later.status == 200 && later.body != first.body && field("ETag", of: later) != tag)
    }

    @Test("is not there without a key to sign it")
    func withoutKey() async {
        registry.listing.withLock { $0.signingKey = nil }
        #expect(await ask(Self.mark(1)).status == 503)
    }
}

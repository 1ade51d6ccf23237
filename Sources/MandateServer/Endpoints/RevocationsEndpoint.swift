import Dispatch
import MandateCore
import Synchronization

/// `GET /revocations`: what is revoked and still unexpired, as a signed JWT, for resource servers that verify offline.
///
/// Making the list walks the registry, so it is done on a thread of its own, once for everybody who asks meanwhile.
final class RevocationsEndpoint: Sendable {
    /// Reads the list, and signs it.
    struct Source: Sendable {
        let listing: @Sendable (Instant) throws(Refusal) -> RevocationListing
        let sign: @Sendable (_ claims: [UInt8], _ key: KeyID) throws(Refusal) -> [UInt8]
    }

    private struct Document {
        let mark: RevocationListing.Mark
        let madeAt: Instant
        /// Until then it is given out even when more was revoked: nobody can have it made all the time.
        let restsUntil: ContinuousClock.Instant
        let tag: String
        let text: [UInt8]
    }

    private struct State {
        var known: Document?
        var waiting = 0
    }

    private let issuer: Issuer
    private let digests: any Digests
    private let source: Source
    private let queue = DispatchQueue(label: "revocations")
    private let state = Mutex(State())

    /// A list is made anew after this many seconds even when nothing was revoked: what expired leaves it.
    private static let age: Int64 = 10
    /// How long a verifier may rely on a list, in seconds.
    private static let lifetime = Lifetimes.delegationToken
    private static let mostWaiting = 256
    /// Making a list rests this many times as long as it took: milliseconds, unless very much is revoked.
    private static let rest = 3

    init(issuer: Issuer, digests: any Digests, source: Source) {
        self.issuer = issuer
        self.digests = digests
        self.source = source
    }

    /// Answers at once when the list of `mark` is known, and later, on another thread, when it must be made.
    func respond(
        to request: HTTPRequest, mark: RevocationListing.Mark, at now: Instant,
        _ answer: @escaping @Sendable (HTTPResponse) -> Void
    ) {
        if let known = fresh(mark, at: now) { return answer(Self.response(known, to: request)) }
        let mayWait = state.withLock { state in
            guard state.waiting < Self.mostWaiting else { return false }
            state.waiting += 1
            return true
        }
        guard mayWait else { return answer(OAuthError(.unavailable(.overloaded)).response(requestID: nil)) }
        queue.async { [self] in
            let response = make(for: request, mark: mark, at: now)
            state.withLock { $0.waiting -= 1 }
            answer(response)
        }
    }

    private func make(for request: HTTPRequest, mark: RevocationListing.Mark, at now: Instant) -> HTTPResponse {
        if let known = fresh(mark, at: now) { return Self.response(known, to: request) }
        do throws(Refusal) {
            let document = try document(at: now)
            state.withLock { $0.known = document }
            return Self.response(document, to: request)
        } catch {
            return OAuthError(error).response(requestID: nil)
        }
    }

    /// The list that is known, if it is of this state of the registry and not too old.
    private func fresh(_ mark: RevocationListing.Mark, at now: Instant) -> Document? {
        guard let known = state.withLock({ $0.known }), known.mark == mark || .now < known.restsUntil,
            now.seconds - known.madeAt.seconds < Self.age
        else { return nil }
        return known
    }

    private func document(at now: Instant) throws(Refusal) -> Document {
        let begin = ContinuousClock.now
        let listing = try source.listing(now)
        guard let key = listing.signingKey else { throw .unavailable(.signingKey) }
        let claims = JSONValue.object(
            [
                JSONMember(name: "iss", value: .string(issuer.rawValue)),
                JSONMember(name: "iat", value: .integer(now.seconds)),
                JSONMember(name: "exp", value: .integer(now.seconds + Self.lifetime)),
            ] + listing.claims
        ).canonical
        let tag = "\"" + Hex.encode(Array(try digests.sha256(claims).prefix(16))) + "\""
        let text = try source.sign(claims, key)
        let end = ContinuousClock.now
        return Document(
            mark: listing.mark, madeAt: now, restsUntil: end + (end - begin) * Self.rest, tag: tag, text: text)
    }

    private static func response(_ document: Document, to request: HTTPRequest) -> HTTPResponse {
        let fields = [
            HTTPResponse.Field(name: "Cache-Control", value: "no-cache"),
            HTTPResponse.Field(name: "ETag", value: document.tag),
        ]
        if let tags = request.ifNoneMatch, EntityTag.matches(tags, document.tag) {
            return HTTPResponse(status: 304, contentType: nil, fields: fields)
        }
        return HTTPResponse(status: 200, contentType: "application/jwt", fields: fields, body: document.text)
    }
}

/// RFC 9110 §13.1.2: `If-None-Match` is `*`, or a list of tags compared weakly.
enum EntityTag {
    static func matches(_ field: String, _ tag: String) -> Bool {
        field.split(separator: ",").contains { candidate in
            let candidate = candidate.drop { $0 == " " }.prefix { $0 != " " }
            return candidate == "*" || candidate == tag || candidate == "W/" + tag
        }
    }
}

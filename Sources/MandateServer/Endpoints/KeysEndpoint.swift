import MandateCore

/// `GET /.well-known/jwks.json`: the public halves of the keys (RFC 7517 §5).
///
/// Keeps the last document it could make, so that verifiers are served while the registry cannot be read.
struct KeysEndpoint {
    private let digests: any Digests
    private var epoch: Epoch?
    private var known: (document: [UInt8], tag: String)?

    init(digests: any Digests) {
        self.digests = digests
    }

    /// Brings the document up to date with one view of the registry.
    mutating func refresh(from registry: some RegistryView) throws(Refusal) {
        guard epoch != registry.epoch else { return }
        let document = JSONValue.object([
            JSONMember(name: "keys", value: .array(try registry.publishedKeys()))
        ]).canonical
        let tag = "\"" + Hex.encode(Array(try digests.sha256(document).prefix(16))) + "\""
        (epoch, known) = (registry.epoch, (document, tag))
    }

    func respond(to request: HTTPRequest) -> HTTPResponse {
        guard let known else { return OAuthError(.unavailable(.registry)).response(requestID: nil) }
        let fields = [
            HTTPResponse.Field(name: "Cache-Control", value: "public, max-age=300"),
            HTTPResponse.Field(name: "ETag", value: known.tag),
        ]
        if let tags = request.ifNoneMatch, EntityTag.matches(tags, known.tag) {
            return HTTPResponse(status: 304, contentType: nil, fields: fields)
        }
        return HTTPResponse(status: 200, contentType: "application/jwk-set+json", fields: fields, body: known.document)
    }
}

import MandateCore

/// `GET /.well-known/oauth-authorization-server` and `/.well-known/openid-configuration`: one document (RFC 8414 §3.2).
///
/// What it advertises works; what it does not advertise fails.
struct MetadataEndpoint: Sendable {
    private let document: HTTPResponse

    init(issuer: Issuer) {
        let base = issuer.rawValue
        let algorithms: JSONValue = .array(SignatureAlgorithm.allCases.map { .string($0.rawValue) })
        let methods: JSONValue = ["client_secret_basic", "client_secret_post"]
        let metadata: JSONValue = [
            "issuer": .string(base),
            "authorization_endpoint": .string(base + "/oauth/authorize"),
            "token_endpoint": .string(base + "/oauth/token"),
            "jwks_uri": .string(base + "/.well-known/jwks.json"),
            "response_types_supported": [],
            "introspection_endpoint": .string(base + "/oauth/introspect"),
            "revocation_endpoint": .string(base + "/oauth/revoke"),
            "grant_types_supported": [
                "client_credentials", .string(TokenTypeName.exchangeGrant), .string(TokenTypeName.deferredGrant),
            ],
            "deferred_token_response_supported": true,
            "token_endpoint_auth_methods_supported": methods,
            "introspection_endpoint_auth_methods_supported": methods,
            "revocation_endpoint_auth_methods_supported": methods,
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": algorithms,
        ]
        document = HTTPResponse(
            status: 200, fields: [HTTPResponse.Field(name: "Cache-Control", value: "public, max-age=300")],
            body: metadata.canonical)
    }

    func respond(to request: HTTPRequest) -> HTTPResponse { document }
}

import MandateCore

/// `POST /oauth/token`: parse, and hand over to be judged. It decides nothing.
struct TokenEndpoint: Sendable {
    enum Parsed {
        case request(TokenRequest)
        case refused(Refusal)
        case answered(HTTPResponse)
    }

    static func parse(_ request: HTTPRequest, from address: String) -> Parsed {
        do throws(Refusal) {
            guard let parameters = try Parameters(request.body, contentType: request.contentType) else {
                return .answered(unsupportedContentType)
            }
            return .request(
                try TokenRequest(parameters, authorization: request.authorization, address: address))
        } catch {
            return .refused(error)
        }
    }

    private static let unsupportedContentType = OAuthError.response(
        status: 415, code: "invalid_request",
        description: "send application/x-www-form-urlencoded, or application/json with the same parameters",
        reason: "unsupported_content_type", requestID: nil, fields: TokenResponse.noStore)
}

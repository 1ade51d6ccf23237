public import MandateCore

/// The description of the admin API (OpenAPI 3.1), made of the routes themselves.
public enum OpenAPI {
    /// The document.
    public static let document = JSONValue.object([
        JSONMember(name: "openapi", value: "3.1.0"),
        JSONMember(
            name: "info",
            value: [
                "title": "Mandate administration", "version": "1",
                "description": .string(introduction), "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
            ]),
        JSONMember(name: "servers", value: [["url": "/"]]),
        JSONMember(name: "security", value: [["token": []]]),
        JSONMember(name: "paths", value: paths),
        JSONMember(
            name: "components",
            value: [
                "schemas": .object(Schema.named.map { JSONMember(name: $0.key, value: $0.value.json) }),
                "securitySchemes": ["token": security],
            ]),
    ])

    /// The same as bytes.
    static let bytes = document.canonical

    private static let introduction = """
        Over the Unix socket of the service no token is asked for. Over the network every request needs an access token \
        of the service whose audience is its issuer, with the scope that the operation names. Every failure is a problem \
        document (RFC 9457). A path answers 405 with `Allow` to methods it does not have; HEAD is answered like GET.
        """

    private static let security: JSONValue = [
        "type": "http", "scheme": "bearer", "bearerFormat": "at+jwt",
        "description": .string(
            "An access token with audience = issuer and one of the scopes "
                + AdminScope.allCases.map(\.rawValue).joined(separator: ", ") + "."),
    ]

    private static var paths: JSONValue {
        var templates: [String] = []
        for route in Route.all where !templates.contains(route.template) { templates.append(route.template) }
        return .object(
            templates.map { template in
                let routes = Route.all.filter { $0.template == template }
                return JSONMember(
                    name: template,
                    value: .object(routes.map { JSONMember(name: $0.method.lowercased(), value: $0.operation) }))
            })
    }
}

extension Route {
    /// The operation as OpenAPI has it.
    fileprivate var operation: JSONValue {
        var members = [
            JSONMember(name: "summary", value: .string(summary)),
            JSONMember(name: "operationId", value: .string(operationID)),
        ]
        let parameters =
            variables.map { name in
                Self.parameter(name, in: "path", required: true, Parameter.segment(name, of: template))
            }
            + query.map { Self.parameter($0.name, in: "query", required: false, $0.schema ?? .anything) }
        if !parameters.isEmpty { members.append(JSONMember(name: "parameters", value: .array(parameters))) }
        if let takes {
            members.append(
                JSONMember(
                    name: "requestBody",
                    value: [
                        "required": .bool(!mayTakeNothing),
                        "content": ["application/json": ["schema": takes.json]],
                    ]))
        }
        members.append(
            JSONMember(
                name: "responses",
                value: .object(
                    Set(allAnswers.map(\.status)).sorted().map { status in
                        JSONMember(
                            name: String(status), value: Self.response(allAnswers.filter { $0.status == status }))
                    })))
        if isOpen {
            members.append(JSONMember(name: "security", value: []))
        } else {
            members.append(
                JSONMember(name: "security", value: security))
        }
        if !scopes.isEmpty {
            let names = scopes.map { "`\($0.rawValue)`" }.joined(separator: " or ")
            members.append(JSONMember(name: "description", value: .string("Scope: \(names).\(place)")))
        } else if socketOnly {
            members.append(JSONMember(name: "description", value: .string(place)))
        }
        return .object(members)
    }

    /// One of these is enough.
    private var security: JSONValue {
        scopes.isEmpty ? [["token": []]] : .array(scopes.map { ["token": [.string($0.rawValue)]] })
    }

    private var place: String { socketOnly ? " On the Unix socket only." : "" }

    /// Unique, because method and path are.
    private var operationID: String {
        let words = template.split { !$0.isLetter && !$0.isNumber }.dropFirst().map {
            $0.prefix(1).uppercased() + $0.dropFirst()
        }
        return method.lowercased() + words.joined()
    }

    private static func parameter(
        _ name: String, in place: String, required: Bool, _ schema: Schema
    ) -> JSONValue {
        ["name": .string(name), "in": .string(place), "required": .bool(required), "schema": schema.json]
    }

    /// What one status says: each of its bodies by its media type.
    private static func response(_ answers: [Answer]) -> JSONValue {
        let sentences = answers.map(\.sentence).joined(separator: " Or: ")
        var members = [JSONMember(name: "description", value: .string(sentences))]
        let content = answers.compactMap { answer in
            answer.schema.map { JSONMember(name: answer.mediaType, value: ["schema": $0.json]) }
        }
        if !content.isEmpty { members.append(JSONMember(name: "content", value: .object(content))) }
        let header: String? =
            switch answers.first?.status {
            case 401: "WWW-Authenticate"
            case 503: "Retry-After"
            default: nil
            }
        if let header {
            let value: JSONValue = ["required": true, "schema": ["type": "string"]]
            members.append(JSONMember(name: "headers", value: .object([JSONMember(name: header, value: value)])))
        }
        return .object(members)
    }
}

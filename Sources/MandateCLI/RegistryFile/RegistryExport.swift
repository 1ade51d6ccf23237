import MandateCore

/// The registry as a document that brings it about: what an operator wrote down, without what the registry keeps itself
/// and without what is so when nothing is said.
struct RegistryExport: Hashable {
    let document: JSONValue

    private static let attempts = 5

    /// Reads until two readings in a row are the same: then the registry was so at one moment between them.
    static func read(from server: Administration) async throws -> RegistryExport {
        var last = try await RegistryExport(reading: server)
        for _ in 1..<attempts {
            let next = try await RegistryExport(reading: server)
            if next == last { return next }
            last = next
        }
        throw CommandFailure("the registry changes while it is read: try again when nobody changes it")
    }

    private init(reading server: Administration) async throws {
        var kinds: [JSONMember] = []
        for kind in Kind.all {
            var records: [JSONValue] = []
            try await server.pages([kind.path], query: kind.isPaged ? [(name: "limit", value: "1000")] : []) { page in
                records += page.map(kind.written)
            }
            kinds.append(JSONMember(name: kind.name, value: .array(records)))
        }
        document = .object(kinds)
    }

    init(document: JSONValue) {
        self.document = document
    }

    /// The registry file, read back before anybody relies on it: there is text that the YAML library does not give back,
    /// and a depth beyond which a file is not read.
    func yaml() throws(CommandFailure) -> [UInt8] {
        let heading = """
            # The registry, as mandate export wrote it and mandate apply reads it. Client secrets are not in it.

            """
        let bytes = Array(heading.utf8) + YAMLWriter.bytes(document)
        guard bytes.count <= YAMLDocument.maximumLength else { return bytes }
        do throws(YAMLFailure) {
            if try YAMLDocument(bytes).value.canonical == document.canonical { return bytes }
        } catch {
            throw CommandFailure(error.text(in: "the export"))
        }
        throw CommandFailure("the registry holds text that YAML does not give back: write JSON with --json")
    }
}

extension RegistryExport {
    /// One of the lists of a registry file, and how its records are written.
    private struct Kind {
        let name: String
        let path: String
        /// The members that are written, in this order.
        let members: [String]
        /// What is so when nothing is said.
        let defaults: [String: JSONValue]
        /// Whether the list comes in pages, or always whole.
        var isPaged = true

        static let all = [
            Kind(
                name: "audiences", path: "audiences",
                members: [
                    "id", "resource", "environment", "status", "scopes", "default_scopes", "max_lifetime", "quota",
                    "claims", "algorithm", "chain", "namespace", "require_task",
                ],
                defaults: [
                    "status": "active", "claims": "agent", "algorithm": "ES256", "chain": "hash", "require_task": false,
                ]),
            Kind(
                name: "issuers", path: "issuers",
                members: ["issuer", "jwks", "jwks_file", "audiences", "principal_claim", "delegable"], defaults: [:]),
            Kind(
                name: "agent_types", path: "agent-types",
                members: ["id", "status", "capabilities", "delegation", "quotas"],
                defaults: ["status": "active"]),
            Kind(
                name: "agents", path: "agents",
                members: [
                    "id", "type", "version", "model", "deployment", "owner", "team", "environment", "description",
                    "status", "capabilities", "delegation", "grants", "may_start_chains",
                    "may_report_risk", "expires_at", "quotas",
                ],
                defaults: [
                    "status": "active", "grants": ["client_credentials", "token_exchange"], "may_start_chains": false,
                    "may_report_risk": false,
                ]),
            Kind(
                name: "policies", path: "policies",
                members: ["id", "layer", "when", "effect", "conditions", "approvers", "reason"],
                defaults: ["layer": "global"], isPaged: false),
        ]

        func written(_ record: JSONValue) -> JSONValue {
            .object(
                members.compactMap { name in
                    guard let value = record[name], value != .null, value != defaults[name] else { return nil }
                    return JSONMember(name: name, value: Self.written(value, of: name))
                })
        }

        private static func written(_ value: JSONValue, of name: String) -> JSONValue {
            switch name {
            case "max_lifetime": value.integer.map { .string(WrittenDuration(seconds: $0).text) } ?? value
            case "quota": quota(value)
            case "quotas": .object((value.members ?? []).map { JSONMember(name: $0.name, value: quota($0.value)) })
            case "scopes": each(value) { ordered($0, ["name", "class", "sensitivity"]) }
            case "delegation":
                ordered(value, ["to", "max_chain_depth", "max_class", "approval_for"], without: ["approval_for": []])
            case "when", "conditions": WrittenPolicy.part(value)
            case "delegable": each(value) { ordered($0, ["when", "authority"]) }
            default: value
            }
        }

        private static func quota(_ value: JSONValue) -> JSONValue {
            .object(
                [("tokens", value["tokens"]), ("per", value["per"].map { written($0, of: "max_lifetime") })]
                    .map { JSONMember(name: $0.0, value: $0.1 ?? .null) }
                    + (value["burst"] == value["tokens"]
                        ? [] : [JSONMember(name: "burst", value: value["burst"] ?? .null)])
            )
        }

        private static func each(_ list: JSONValue, _ change: (JSONValue) -> JSONValue) -> JSONValue {
            list.array.map { .array($0.map(change)) } ?? list
        }

        private static func ordered(
            _ object: JSONValue, _ names: [String], without defaults: [String: JSONValue] = [:]
        ) -> JSONValue {
            .object(
                names.compactMap { name in
                    guard let value = object[name], value != .null, value != defaults[name] else { return nil }
                    return JSONMember(name: name, value: value)
                })
        }
    }
}

import MandateCore

extension JSONValue {
    /// A registry document, or one issuer of it, in which every relative `jwks_file` starts from `directory`: the server
    /// that reads the file works in another one. What is no path is left for the server to refuse.
    func resolvingKeyFiles(from directory: String) -> JSONValue {
        replacing("issuers") { issuers in
            guard let list = issuers.array else { return issuers }
            return .array(list.map { issuer in issuer.resolvingKeyFile(from: directory) })
        }.resolvingKeyFile(from: directory)
    }

    private func resolvingKeyFile(from directory: String) -> JSONValue {
        replacing("jwks_file") { path in
            guard let text = path.string, !text.isEmpty, !text.hasPrefix("/"), !text.contains("://") else {
                return path
            }
            return .string("\(directory == "/" ? "" : directory)/\(text)")
        }
    }

    /// This object with one of its members changed, when it has it.
    private func replacing(_ name: String, by change: (JSONValue) -> JSONValue) -> JSONValue {
        guard let members else { return self }
        return .object(
            members.map { member in
                member.name == name ? JSONMember(name: name, value: change(member.value)) : member
            })
    }
}

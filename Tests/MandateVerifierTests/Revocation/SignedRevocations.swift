import MandateCore
import MandateVerifier

extension SignedTokens {
    /// The members of a list that was made now and takes nothing back, with these instead; a nil takes one away.
    static func revocations(_ changes: [String: JSONValue?] = [:]) -> JSONValue {
        var members: [String: JSONValue] = [
            "iss": .string(issuer), "iat": .integer(now.seconds), "exp": .integer(now.seconds + 3600), "tokens": [],
            "chains": [], "agents": [:], "agent_types": [:], "tasks": [], "principals": [], "keys": [],
        ]
        for (name, value) in changes { members[name] = value }
        return .object(members.map { name, value in JSONMember(name: name, value: value) })
    }

    func list(
        _ claims: JSONValue = revocations(), type: String = "revocations+jwt", at now: Instant = now
    ) throws -> RevocationList {
        let text = try token(claims, type: type)
        return try RevocationList(
            Array(text.utf8), issuer: Self.require(Issuer(Self.issuer)), keys: keys, at: now)
    }
}

import MandateCore

/// What to think of a token.
enum TokenVerdict: Hashable, Sendable {
    case good(subject: String, id: String)
    case refused(String)

    var isGood: Bool {
        switch self {
        case .good: true
        case .refused: false
        }
    }

    /// `ok SUB JTI` or `refused REASON`.
    var text: String {
        switch self {
        case .good(let subject, let id): Terminal.harmless("ok \(subject) \(id)")
        case .refused(let reason): "refused \(reason)"
        }
    }

    /// `{"ok":true,"sub":…,"jti":…}` or `{"ok":false,"reason":…}`.
    var json: JSONValue {
        switch self {
        case .good(let subject, let id): ["ok": true, "sub": .string(subject), "jti": .string(id)]
        case .refused(let reason): ["ok": false, "reason": .string(reason)]
        }
    }
}

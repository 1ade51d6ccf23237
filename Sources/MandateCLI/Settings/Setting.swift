/// The names of the settings; the raw value is the path in the configuration file.
enum Setting: String, CaseIterable {
    case issuer
    case listen
    case tlsCertificate = "tls.certificate"
    case tlsKey = "tls.key"
    case tlsClientAuthority = "tls.client_ca"
    case database
    case keys = "keys.directory"
    case keysOverlap = "keys.overlap"
    case socket
    case adminListen = "admin.listen"
    case logLevel = "log.level"
    case logFormat = "log.format"
    case loops
    case connections = "limits.connections"
    case policyEngineType = "policy_engine.type"
    case policyEngineURL = "policy_engine.url"
    case policyEnginePath = "policy_engine.path"
    case policyEngineAudiences = "policy_engine.audiences"
    case policyEngineAuthorities = "policy_engine.ca"
    case policyEngineTokenFile = "policy_engine.token_file"
    case exportSyslog = "export.syslog"
    case exportWebhook = "export.webhook"
    case exportFormat = "export.format"
    case exportAuthorities = "export.ca"
    case exportTokenFile = "export.webhook_token_file"

    /// `MANDATE_LOG_LEVEL` for `log.level`.
    var variable: String {
        switch self {
        case .keys: "MANDATE_KEYS"
        default: "MANDATE_" + rawValue.replacing(".", with: "_").uppercased()
        }
    }

    /// `--log-level` for `log.level`.
    var flag: String {
        switch self {
        case .keys: "--keys"
        default: "--" + rawValue.replacing(".", with: "-").replacing("_", with: "-")
        }
    }

    /// Whether the file may give it as a number.
    var isNumber: Bool {
        switch self {
        case .loops, .connections: true
        case .issuer, .listen, .tlsCertificate, .tlsKey, .tlsClientAuthority, .database, .keys, .keysOverlap, .socket,
            .adminListen, .logLevel, .logFormat, .policyEngineType, .policyEngineURL, .policyEnginePath,
            .policyEngineAudiences, .policyEngineAuthorities, .policyEngineTokenFile, .exportSyslog, .exportWebhook,
            .exportFormat, .exportAuthorities, .exportTokenFile:
            false
        }
    }

    /// Whether the file may give it as a list; elsewhere the words of a list are separated by spaces.
    var isList: Bool { self == .policyEngineAudiences }
}

import ArgumentParser

/// `--config`, which every command that works on an installation takes.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config = SettingsFile.defaultPath

    /// The settings as environment and file say them.
    func settings() throws -> Settings {
        try Settings(file: config)
    }
}

/// Every setting as a flag; an environment variable says it louder, the configuration file less loudly.
struct SettingsOptions: ParsableArguments {
    @OptionGroup var configuration: ConfigurationOptions

    @Option(help: ArgumentHelp("The URL that names this service in every token.", valueName: "url"))
    var issuer: String?
    @Option(help: ArgumentHelp("Where the public listener waits.", valueName: "address:port"))
    var listen: String?
    @Option(help: ArgumentHelp("The certificate chain of the listeners (PEM).", valueName: "file"))
    var tlsCertificate: String?
    @Option(help: ArgumentHelp("The private key of the certificate (PEM).", valueName: "file"))
    var tlsKey: String?
    @Option(help: ArgumentHelp("The database.", valueName: "file"))
    var database: String?
    @Option(help: ArgumentHelp("The directory with the signing keys.", valueName: "directory"))
    var keys: String?
    @Option(help: ArgumentHelp("How long verifiers may keep keys they fetched.", valueName: "duration"))
    var keysOverlap: String?
    @Option(help: ArgumentHelp("The socket of the administration.", valueName: "file"))
    var socket: String?
    @Option(help: ArgumentHelp("Where administration waits on the network; off otherwise.", valueName: "address:port"))
    var adminListen: String?
    @Option(
        help: ArgumentHelp("Whose certificates clients of administration must show (PEM).", valueName: "file"))
    var tlsClientCa: String?
    @Option(help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"))
    var logLevel: String?
    @Option(help: ArgumentHelp("text or json.", valueName: "format"))
    var logFormat: String?
    @Option(help: ArgumentHelp("How many event loops serve; one a core otherwise.", valueName: "number"))
    var loops: String?
    @Option(help: ArgumentHelp("How many connections are held.", valueName: "number"))
    var limitsConnections: String?

    @Option(help: ArgumentHelp("The policy engine that is asked: opa or authzen; none otherwise.", valueName: "type"))
    var policyEngineType: String?
    @Option(help: ArgumentHelp("Where the policy engine is.", valueName: "url"))
    var policyEngineUrl: String?
    @Option(help: ArgumentHelp("The document of OPA that decides.", valueName: "path"))
    var policyEnginePath: String?
    @Option(help: ArgumentHelp("For which audiences it is asked; for all otherwise.", valueName: "ids"))
    var policyEngineAudiences: String?
    @Option(help: ArgumentHelp("Who signs the policy engine's certificate (PEM).", valueName: "file"))
    var policyEngineCa: String?
    @Option(help: ArgumentHelp("The bearer token for the policy engine.", valueName: "file"))
    var policyEngineTokenFile: String?

    @Option(help: ArgumentHelp("Where the ledger is delivered to by syslog.", valueName: "tcp|tls://host:port"))
    var exportSyslog: String?
    @Option(help: ArgumentHelp("Where the ledger is posted to.", valueName: "url"))
    var exportWebhook: String?
    @Option(help: ArgumentHelp("How delivered records are written: json, cef or leef.", valueName: "format"))
    var exportFormat: String?
    @Option(help: ArgumentHelp("Who signs the receivers' certificates (PEM).", valueName: "file"))
    var exportCa: String?
    @Option(help: ArgumentHelp("The bearer token for the webhook.", valueName: "file"))
    var exportWebhookTokenFile: String?

    /// The settings as environment, flags and file say them.
    func settings() throws -> Settings {
        try Settings(file: configuration.config, flags: flags)
    }

    private var flags: [Setting: String] {
        let given: [(Setting, String?)] = [
            (.issuer, issuer), (.listen, listen), (.tlsCertificate, tlsCertificate), (.tlsKey, tlsKey),
            (.tlsClientAuthority, tlsClientCa),
            (.database, database), (.keys, keys), (.keysOverlap, keysOverlap), (.socket, socket),
            (.adminListen, adminListen), (.logLevel, logLevel), (.logFormat, logFormat), (.loops, loops),
            (.connections, limitsConnections), (.policyEngineType, policyEngineType),
            (.policyEngineURL, policyEngineUrl), (.policyEnginePath, policyEnginePath),
            (.policyEngineAudiences, policyEngineAudiences), (.policyEngineAuthorities, policyEngineCa),
            (.policyEngineTokenFile, policyEngineTokenFile),
            (.exportSyslog, exportSyslog), (.exportWebhook, exportWebhook), (.exportFormat, exportFormat),
            (.exportAuthorities, exportCa), (.exportTokenFile, exportWebhookTokenFile),
        ]
        return given.reduce(into: [:]) { flags, entry in flags[entry.0] = entry.1 }
    }
}

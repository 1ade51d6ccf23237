/// Where settings are said: the environment before flags, flags before the file.
struct SettingSources {
    private let environment: [String: String]
    private let flags: [Setting: String]
    private let file: SettingsFile

    init(environment: [String: String], flags: [Setting: String], file: SettingsFile) {
        self.environment = environment
        self.flags = flags
        self.file = file
    }

    /// What the strongest source says, nil when none does.
    func said(_ setting: Setting) throws(CommandFailure) -> Said? {
        let strongest: Said?
        if let text = environment[setting.variable] {
            strongest = Said(text: text, place: setting.variable)
        } else if let text = flags[setting] {
            strongest = Said(text: text, place: setting.flag)
        } else {
            strongest = file.said(setting)
        }
        guard let strongest else { return nil }
        if strongest.text.isEmpty { throw strongest.failure("is empty: give it a value or leave it out") }
        return strongest
    }

    /// The value that `read` makes of what is said, or `fallback` when nothing is.
    func value<Value>(
        _ setting: Setting, or fallback: Value, mend: String, _ read: (String) -> Value?
    ) throws(CommandFailure) -> Value {
        guard let said = try said(setting) else { return fallback }
        return try said.value(mend: mend, read)
    }
}

/// One setting as it was written, and where.
struct Said: Hashable {
    let text: String
    /// `MANDATE_LISTEN`, `--listen` or `mandate.yaml:3: listen`.
    let place: String

    func value<Value>(mend: String, _ read: (String) -> Value?) throws(CommandFailure) -> Value {
        guard let value = read(text) else { throw failure("\"\(Terminal.harmless(text))\" is not accepted: \(mend)") }
        return value
    }

    func failure(_ sentence: String) -> CommandFailure {
        CommandFailure("\(place): \(sentence)")
    }
}

import Testing

@testable import MandateCLI

@Suite("Settings")
struct SettingsTests {
    private func settings(
        _ yaml: String, flags: [Setting: String] = [:], environment: [String: String] = [:]
    ) throws -> Settings {
        let file = try SettingsFile(Array(yaml.utf8), called: "mandate.yaml")
        let sources = SettingSources(environment: environment, flags: flags, file: file)
        return try Settings(sources, directory: "/etc/mandate", file: "mandate.yaml")
    }

    @Test("come from the environment before flags, and from flags before the file")
    func precedence() throws {
        let yaml = "issuer: https://file.example\nlisten: 127.0.0.1:1\nsocket: a.sock\n"
        let found = try settings(
            yaml, flags: [.listen: "127.0.0.1:2", .issuer: "https://flag.example"],
            environment: ["MANDATE_ISSUER": "https://environment.example"])
        #expect(found.issuer.rawValue == "https://environment.example")
        #expect(found.listen == ListenAddress(host: "127.0.0.1", port: 2))
        #expect(found.socket == "/etc/mandate/a.sock")
    }

    @Test("have the defaults of the manual, with paths beside the file")
    func defaults() throws {
        let found = try settings("issuer: https://a.example\n")
        #expect(found.listen.description == "127.0.0.1:8080")
        #expect(found.database == "/etc/mandate/mandate.db")
        #expect(found.keysDirectory == "/etc/mandate/keys")
        #expect(found.socket == "/etc/mandate/mandate.sock")
        #expect(found.keysOverlap == 86_400)
        #expect(found.tls == nil)
        #expect(found.loops == nil)
    }

    @Test("take keys as a directory or as a mapping", arguments: ["keys: k", "keys: {directory: k, overlap: 24h}"])
    func keys(line: String) throws {
        #expect(try settings("issuer: https://a.example\n\(line)\n").keysDirectory == "/etc/mandate/k")
    }

    @Test(
        "in the file are refused with line, field and mend",
        arguments: [
            ("issuer: https://a.example\nlisen: 1:1", "mandate.yaml:2: lisen: is no setting: did you mean listen?"),
            ("issuer: https://a.example/", "mandate.yaml:1: issuer: \"https://a.example/\" is not accepted"),
            ("issuer: no", "mandate.yaml:1: issuer: must be a string: put it in quotes"),
            ("issuer: https://a.example\nlisten: 8080", "mandate.yaml:2: listen: must be a string"),
            ("issuer: https://a.example\ndatabase:\n", "mandate.yaml:2: database: has no value"),
            ("issuer: https://a.example\nlog: info", "mandate.yaml:2: log: must be a mapping"),
            ("issuer: https://a.example\nkeys: {overlap: 1h}", "mandate.yaml:2: keys.overlap: \"1h\" is not accepted"),
            ("issuer: https://a.example\nloops: 1.5", "mandate.yaml:2: loops: must be a whole number"),
            ("issuer: https://a.example\nissuer: https://b.example", "is there twice"),
            ("keys: a\n\nkeys.directory: b", "is there twice"),
            (
                "issuer: https://a.example\nadmin: {listen: \"0.0.0.0:9\"}",
                "mandate.yaml:2: admin.listen: is reached from other hosts and has no TLS"
            ),
            ("issuer: https://a.example\nadmin: {listen: \"9\"}", "admin.listen: \"9\" is not accepted"),
            ("issuer: https://a.example\ntls: {client_ca: ca.pem}", "tls.client_ca: is for administration over"),
            (
                "issuer: https://a.example\ntls: {client_ca: ca.pem}\nadmin: {listen: \"[::1]:9\"}",
                "tls.client_ca: needs TLS"
            ),
            (
                "issuer: https://a.example\npolicy_engine: http://x",
                "mandate.yaml:2: policy_engine: must be a mapping with policy_engine.type in it"
            ),
            ("issuer: https://a.example\ntls: {certificate: c.pem}", "tls.certificate: has no key with it"),
            ("listen: 127.0.0.1:1", "mandate.yaml: issuer is missing"), ("", "issuer is missing"),
            ("- issuer", "holds no settings"),
        ])
    func refused(yaml: String, sentence: String) throws {
        #expect {
            try settings(yaml)
        } throws: { error in
            "\(error)".contains(sentence)
        }
    }

    @Test("from elsewhere are refused by the name they came under")
    func refusedElsewhere() throws {
        let yaml = "issuer: https://a.example\n"
        #expect(throws: CommandFailure("MANDATE_LISTEN: is empty: give it a value or leave it out")) {
            try settings(yaml, environment: ["MANDATE_LISTEN": ""])
        }
        #expect(throws: CommandFailure("--loops: \"many\" is not accepted: write a whole number from 1 to 256")) {
            try settings(yaml, flags: [.loops: "many"])
        }
    }

    @Test("let administration listen on the network with TLS, and without it where nobody else comes")
    func adminListen() throws {
        let yaml = "issuer: https://a.example\nadmin: {listen: \"0.0.0.0:9\"}\n"
        let tls = "tls: {certificate: c.pem, key: k.pem, client_ca: ca.pem}\n"
        let found = try settings(yaml + tls)
        #expect(found.adminListen == ListenAddress(host: "0.0.0.0", port: 9))
        #expect(found.tls?.clientAuthority == "/etc/mandate/ca.pem")
        for host in ["127.0.0.1", "127.8.9.10", "localhost", "[::1]"] {
            let plain = try settings("issuer: https://a.example\nadmin: {listen: \"\(host):0\"}\n")
            #expect(plain.adminListen?.port == 0)
        }
        for host in [
            "127.evil.example", "127.0.0.1.nip.io", "127.0.0.256", "127.0.0", "localhost.example", "[::]", "0",
        ] {
            #expect(throws: CommandFailure.self, "\(host)") {
                try settings("issuer: https://a.example\nadmin: {listen: \"\(host):0\"}\n")
            }
        }
    }

    @Test("need a file, and say how to make one")
    func missingFile() {
        let failure = CommandFailure(
            "/nowhere/mandate.yaml does not exist: run \"mandate init\", or name the file with --config")
        #expect(throws: failure) { try Settings(file: "/nowhere/mandate.yaml") }
    }

    @Test("accept addresses of every kind", arguments: ["127.0.0.1:0", "[::1]:65535", "localhost:8080"])
    func addresses(text: String) {
        #expect(ListenAddress(text)?.description == text)
    }

    @Test(
        "refuse what is no address", arguments: ["8080", ":8080", "::1:80", "a:65536", "a:-1", "a b:1", "a:", "[]:1"])
    func wrongAddresses(text: String) {
        #expect(ListenAddress(text) == nil)
    }
}

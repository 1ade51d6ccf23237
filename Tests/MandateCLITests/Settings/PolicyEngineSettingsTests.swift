import MandateCore
import Testing

@testable import MandateCLI

@Suite("The settings of a policy engine")
struct PolicyEngineSettingsTests {
    private func settings(
        _ lines: String, flags: [Setting: String] = [:], environment: [String: String] = [:]
    ) throws -> PolicyEngineSettings? {
        let file = try SettingsFile(Array("issuer: https://a.example\n\(lines)\n".utf8), called: "mandate.yaml")
        let sources = SettingSources(environment: environment, flags: flags, file: file)
        return try Settings(sources, directory: "/etc/mandate", file: "mandate.yaml").policyEngine
    }

    @Test("name none when they say nothing")
    func none() throws {
        #expect(try settings("") == nil)
    }

    @Test("name OPA, its document, what it is asked about and its token, with paths beside the file")
    func opa() throws {
        let found = try #require(
            try settings(
                """
                policy_engine:
                  type: opa
                  url: https://opa.a.example/
                  path: mandate/decision
                  audiences: [billing, "https://a.example/mcp"]
                  token_file: opa.token
                  ca: /etc/ssl/opa.pem
                """))
        #expect(found.url.text == "https://opa.a.example")
        #expect(found.dialect == .opa(document: "mandate/decision"))
        #expect(
            found.reach == .audiences([AudienceID(checked: "billing"), AudienceID(checked: "https://a.example/mcp")]))
        #expect(found.tokenFile == "/etc/mandate/opa.token")
        #expect(found.authorities == "/etc/ssl/opa.pem")
    }

    @Test("come from the environment and from flags too")
    func sources() throws {
        let found = try #require(
            try settings(
                "", flags: [.policyEngineURL: "http://[::1]:8181/pdp", .policyEngineAudiences: "flagged"],
                environment: ["MANDATE_POLICY_ENGINE_TYPE": "authzen", "MANDATE_POLICY_ENGINE_AUDIENCES": "a b"]))
        #expect(found.url.text == "http://[::1]:8181/pdp")
        #expect(found.dialect == .authzen)
        #expect(found.reach == .audiences([AudienceID(checked: "a"), AudienceID(checked: "b")]))
        #expect(Setting.policyEngineTokenFile.variable == "MANDATE_POLICY_ENGINE_TOKEN_FILE")
        #expect(Setting.policyEngineTokenFile.flag == "--policy-engine-token-file")
    }

    @Test(
        "are refused with place and mend",
        arguments: [
            ("type: cedar, url: http://a", #"policy_engine.type: "cedar" is not accepted: write opa or authzen"#),
            ("type: opa, path: a", "policy_engine.type: has no address with it: give policy_engine.url too"),
            ("type: opa, url: http://a", "policy_engine.type: has no document to ask for: give policy_engine.path too"),
            ("url: http://a", "policy_engine.url: has no engine with it: give policy_engine.type too"),
            ("audiences: [a]", "policy_engine.audiences: has no engine with it"),
            ("type: authzen, url: http://a, path: a", "policy_engine.path: is for opa only: remove it"),
            ("type: opa, url: http://a, path: ../a", #"policy_engine.path: "../a" is not accepted"#),
            ("type: authzen, url: ftp://a", "policy_engine.url: is not accepted: write http://host:port"),
            ("type: authzen, url: http://a, audiences: []", "policy_engine.audiences: is empty"),
            ("type: authzen, url: http://a, audiences: [1]", "policy_engine.audiences: must be a list of ids"),
            ("type: authzen, url: http://a, audiences: [a?]", "policy_engine.audiences: \"a?\" is not accepted"),
            ("type: authzen, url: [a]", "policy_engine.url: must be one value, not a list or a mapping"),
            ("type: authzen, url: http://a, ca: c.pem", "policy_engine.ca: has nothing to do"),
            ("type: authzen, url: http://a, token_file: t", "policy_engine.token_file: would cross the network"),
            ("type: authzen, url: http://a, timeout: 5s", "policy_engine.timeout: is no setting"),
        ])
    func refused(members: String, sentence: String) {
        #expect {
            try settings("policy_engine: {\(members)}")
        } throws: { error in
            "\(error)".contains("mandate.yaml:2: \(sentence)")
        }
    }

    @Test("never show a password of a URL that is not accepted")
    func passwords() {
        #expect {
            try settings("policy_engine: {type: authzen, url: \"http://alice:s3cret@a\"}")
        } throws: { error in
            "\(error)".contains("is not accepted") && !"\(error)".contains("s3cret")
        }
    }

    @Test("take a token to this machine without TLS", arguments: ["http://127.0.0.1:8181", "http://localhost"])
    func loopback(url: String) throws {
        let found = try settings("policy_engine: {type: authzen, url: \"\(url)\", token_file: t}")
        #expect(found?.tokenFile == "/etc/mandate/t")
    }

    @Test(
        "accept no URL but scheme, host and path",
        arguments: [
            "", "a", "http://", "http:///a", "http://a:0", "http://a:99999", "http://a?b", "http://a#b", "http://a b",
            "HTTP://a", "http://:p@a", "http://a@b:80", "http://[::1", "http://a\u{7}", "unix:///a",
        ])
    func urls(text: String) {
        #expect(EngineURL(text) == nil)
    }
}

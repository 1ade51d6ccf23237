import MandateCore
import Testing

@testable import MandateCLI

@Suite("A server that has started")
struct AnnouncementTests {
    private func announcement(_ yaml: String, adminPort: Int?) throws -> Announcement {
        let file = try SettingsFile(Array(yaml.utf8), called: "mandate.yaml")
        let sources = SettingSources(environment: [:], flags: [:], file: file)
        let settings = try Settings(sources, directory: "/etc/mandate", file: "mandate.yaml")
        return Announcement(settings, port: 4711, adminPort: adminPort)
    }

    @Test("says where it can be reached, to people and to programs")
    func places() throws {
        let found = try announcement("issuer: https://a.example\n", adminPort: nil)
        #expect(
            found.lines == [
                "listening on http://127.0.0.1:4711", "issuer https://a.example",
                "administration at /etc/mandate/mandate.sock",
            ])
        #expect(
            found.json == [
                "listening": "http://127.0.0.1:4711", "issuer": "https://a.example",
                "socket": "/etc/mandate/mandate.sock", "admin": .null,
            ])
    }

    @Test("names administration on the network with the port it got")
    func network() throws {
        let found = try announcement("issuer: http://a.example\nadmin:\n  listen: 127.0.0.1:0\n", adminPort: 4712)
        #expect(found.lines.last == "administration on http://127.0.0.1:4712")
        #expect(found.json["admin"] == "http://127.0.0.1:4712")
    }
}

import MandateTesting
import Testing

@testable import MandateCore

@Suite("A record as others read it")
struct LedgerFormatTests {
    private static func issued() -> StoredRecord {
        var record = LedgerRecord(at: .eightOClock, event: .tokenIssued)
        record.agentID = "agent-1"
        record.principal = "CORP\\alice=x"
        record.taskID = "a=b|c"
        record.chain = ["alice", "agent-1"]
        record.tokenID = "jti-1"
        record.audience = "cloud"
        record.requested = "a:b c:d"
        record.granted = "a:b"
        record.expiry = Instant(seconds: 1_800_000_900)
        record.decision = .allow
        record.rule = "containment"
        record.source = .init(address: "::1", method: "client_secret_basic")
        return StoredRecord(sequence: 7, bytes: record.pieces.record(sequence: 7, previous: "sha256:00"))
    }

    private func line(_ format: LedgerFormat, _ record: StoredRecord) -> String {
        String(decoding: format.line(of: record), as: UTF8.self)
    }

    @Test("is itself in JSON")
    func json() {
        #expect(LedgerFormat.json.line(of: Self.issued()) == Self.issued().bytes)
    }

    @Test("has a place for every member in CEF")
    func cef() {
        #expect(
            line(.cef, Self.issued())
                == #"CEF:0|Mandate|mandate|\#(Product.version)|token.issued|token issued|1|"#
                + #"cs1=agent-1 cs1Label=agent rt=1800000000000 destinationServiceName=cloud "#
                + #"mandateChain=["alice","agent-1"] act=ALLOW outcome=success cat=token.issued "#
                + #"deviceCustomDate1=1800000900000 deviceCustomDate1Label=exp cs6=a:b cs6Label=granted "#
                + #"cs4=jti-1 cs4Label=jti mandatePrev=sha256:00 suser=CORP\\alice\=x cs5=a:b c:d cs5Label=requested "#
                + #"mandateRule=containment externalId=7 c6a2=::1 c6a2Label=Source IPv6 Address "#
                + #"mandateSourceMethod=client_secret_basic cs2=a\=b|c cs2Label=task"#)
    }

    @Test("has a place for every member in LEEF")
    func leef() {
        let attributes = [
            "agent_id=agent-1", "devTime=2027-01-15T08:00:00.000Z", "devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX",
            "resource=cloud", #"chain=["alice","agent-1"]"#, "decision=ALLOW", "cat=token.issued",
            "exp=2027-01-15T08:15:00.000Z", "granted=a:b", "jti=jti-1", "prev=sha256:00", #"usrName=CORP\alice=x"#,
            "requested=a:b c:d", "rule=containment", "seq=7", "src=::1", "source_method=client_secret_basic",
            "task_id=a=b|c", "sev=1",
        ]
        #expect(
            line(.leef, Self.issued())
                == "LEEF:2.0|Mandate|mandate|\(Product.version)|token.issued|x09|" + attributes.joined(separator: "\t"))
    }

    private static let hostile = [
        "a\nb", "a\r\nb", "a\tb", "a\u{0}b", "a\u{2028}b", "a\u{85}b", "a\u{B}\u{C}\u{1C}b", " a", "a ", "", "\"", "\\",
        "=",
        "|", "x\tsev=10", "x act=DENY", "x\\ act=DENY", "x\\=", "\u{FEFF}a", "\u{202E}a", "🙂\u{1F}", "\u{10FFFF}",
    ]

    @Test("is one line in every format, and one attribute stays one", arguments: hostile)
    func isOneLine(text: String) {
        var record = LedgerRecord(at: .eightOClock, event: .agentChanged)
        (record.agentID, record.taskID, record.reason, record.audience) = (text, text, text, text)
        record.source = .init(address: text, method: text)
        record.change = ["x": .string(text)]
        let stored = StoredRecord(sequence: 1, bytes: record.pieces.record(sequence: 1, previous: text))
        for format in LedgerFormat.allCases {
            let scalars = line(format, stored).unicodeScalars
            // JSON (RFC 8785) escapes the controls of ASCII only, and its lines end with a line feed only.
            let controls = scalars.filter {
                $0.properties.generalCategory == .control && $0 != "\t" && (format != .json || $0.value < 0x20)
            }
            #expect(controls.isEmpty, "\(format)")
        }
        for format in [LedgerFormat.cef, .leef] {
            let breaks: [Unicode.Scalar] = ["\u{2028}", "\u{2029}", "\u{85}"]
            #expect(!line(format, stored).unicodeScalars.contains { breaks.contains($0) })
        }
        let attributes = line(.leef, stored).split(separator: "\t").map { $0.prefix { $0 != "=" } }
        #expect(Set(attributes).count == attributes.count)
        #expect(attributes.filter { $0 == "sev" }.count == 1)
    }

    @Test("that nobody wrote says so, and keeps its bytes", arguments: ["{", "[]", "\n", "{\"a\":1,\"a\":2}"])
    func unreadable(text: String) {
        let record = StoredRecord(sequence: 9, bytes: Array(text.utf8))
        let kept = Base64URL.text(of: record.bytes)
        #expect(
            line(.cef, record).hasSuffix(
                "|record.unreadable|record unreadable|10|cat=record.unreadable mandateRecord=\(kept) externalId=9"))
        #expect(line(.leef, record).contains("|record.unreadable|x09|cat=record.unreadable\trecord=\(kept)\tseq=9"))
        #expect(!line(.json, record).contains("\n"))
    }

    @Test(
        "has a severity by what it says",
        arguments: [
            ("token.issued", "ALLOW", false, 1, 6), ("token.refused", "DENY", false, 5, 5),
            ("token.refused", "REQUIRE_APPROVAL", false, 4, 5), ("agent.changed", nil, true, 3, 6),
            ("agent.suspended", nil, true, 7, 4), ("detection.scope_escalation", nil, false, 8, 4),
            ("token.issued", "ALLOW_WITH_CONDITIONS", false, 1, 6), (nil, nil, false, 10, 2),
        ] as [(String?, String?, Bool, Int, Int)])
    func severity(event: String?, decision: String?, isAdministration: Bool, level: Int, syslog: Int) {
        let severity = Severity(
            event: event, decision: decision, isAdministration: isAdministration, isElevated: false)
        #expect(severity.level == level)
        #expect(severity.syslog == syslog)
    }

    @Test(
        "is raised by a policy that says that it matters, and never lowered",
        arguments: [("token.issued", 6), (nil, 10)])
    func elevated(event: String?, level: Int) {
        let decision = Decision.allowWithConditions.rawValue
        #expect(Severity(event: event, decision: decision, isAdministration: false, isElevated: true).level == level)
    }

    @Test("tells what was given under conditions from what was refused")
    func conditions() {
        let given =
            #"{"at":"2027-01-15T08:00:00.000Z","decision":"ALLOW_WITH_CONDITIONS","elevated":true,"event":"token.issued","seq":1}"#
        let record = StoredRecord(sequence: 1, bytes: Array(given.utf8))
        #expect(line(.cef, record).contains("|token.issued|token issued|6|"))
        #expect(line(.cef, record).contains("act=ALLOW_WITH_CONDITIONS outcome=success"))
        #expect(line(.cef, record).contains("mandateElevated=true"))
        #expect(line(.leef, record).contains("sev=6"))
        let message = SyslogSender(host: "tokens-1", process: 42, format: .json).message(of: record)
        #expect(String(decoding: message, as: UTF8.self).hasPrefix("<108>1 "))
    }

    @Test("is a counted syslog message")
    func syslog() {
        let sender = SyslogSender(host: "tokens-1", process: 42, format: .json)
        let message = "<110>1 2027-01-15T08:00:00.000Z tokens-1 mandate 42 token.issued - "
        let expected = Array(message.utf8) + Self.issued().bytes
        #expect(sender.frame(of: Self.issued()) == Array("\(expected.count) ".utf8) + expected)
    }

    @Test("is a syslog message whatever host and record say", arguments: ["", "a b", "a\nb", "é", "a]\""])
    func hostileSyslog(text: String) {
        let record = StoredRecord(
            sequence: 1,
            bytes: JSONValue.object([
                JSONMember(name: "at", value: .string(text)), JSONMember(name: "event", value: .string(text)),
            ]).canonical)
        let frame = String(
            decoding: SyslogSender(host: text, process: 1, format: .cef).frame(of: record), as: UTF8.self)
        let words = frame.split(separator: " ", maxSplits: 8).dropFirst()
        #expect(words.prefix(7).allSatisfy { $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } })
        #expect(words.dropFirst().first == "-")
        #expect(words.dropFirst(7).first?.hasPrefix("CEF:0|") == true)
    }
}

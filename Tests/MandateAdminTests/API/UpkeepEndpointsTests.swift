import MandateCore
import Testing

@testable import MandateAdmin

@Suite("The admin API of the database as a whole")
struct UpkeepEndpointsTests {
    let desk: Desk

    init() async throws { desk = try await Desk() }

    @Test("makes a backup and says what is in it")
    func backup() async throws {
        let answer = try await desk.ask("POST", "/v1/backup", #"{"file":"/backup/a.db"}"#)
        #expect(answer.status == 200)
        #expect(answer.json == ["bytes": 8192, "checkpoint": 6, "head": "sha256:00", "last_seq": 7, "records": 3])
        #expect(desk.upkeep.files == ["/backup/a.db"])
    }

    @Test(
        "wants the absolute path of a file and nothing else",
        arguments: [
            "", "{}", #"{"file":null}"#, #"{"file":"a.db"}"#, #"{"file":"/a/"}"#, #"{"file":""}"#, #"{"file":7}"#,
            #"{"file":"/a\u0000b"}"#, #"{"file":"/a","overwrite":true}"#, #"["/a"]"#,
        ])
    func wants(body: String) async throws {
        #expect(try await desk.ask("POST", "/v1/backup", body).status == 400)
        #expect(desk.upkeep.files == [])
    }

    @Test("archives, and says what")
    func archive() async throws {
        let answer = try await desk.ask(
            "POST", "/v1/ledger/archive", #"{"before":"2026-01-31T00:00:00Z","file":"/archive/a.jsonl"}"#)
        #expect(answer.status == 200)
        #expect(answer.json == ["bytes": 100, "from": 1, "records": 2, "sha256": "00", "to": 2])
        #expect(desk.upkeep.files == ["/archive/a.jsonl 2026-01-31T00:00:00.000Z op"])
    }

    @Test(
        "archives nothing when asked wrongly",
        arguments: [
            "", "{}", #"{"before":"2026-01-31T00:00:00Z"}"#, #"{"file":"/a"}"#, #"{"before":"today","file":"/a"}"#,
            #"{"before":0,"file":"/a"}"#, #"{"before":"2026-01-31T00:00:00Z","file":"a"}"#,
            #"{"before":"2026-01-31T00:00:00Z","file":"/a","force":true}"#,
        ])
    func archiveWants(body: String) async throws {
        #expect(try await desk.ask("POST", "/v1/ledger/archive", body).status == 400)
        #expect(desk.upkeep.files == [])
    }

    @Test("is for the socket alone where it makes files, and nowhere else")
    func socketOnly() {
        #expect(Route.all.filter(\.socketOnly).map(\.template) == ["/v1/ledger/archive", "/v1/backup"])
    }
}

import MandateTesting
import Testing

@testable import MandateServer

@Suite("The HTTP parser, fed by chance")
struct HTTPParserFuzzTests {
    @Test("makes the same of bytes that come one by one as of all at once", arguments: Wire.corpus)
    func byteByByte(text: String) {
        let bytes = Array(text.utf8)
        #expect(Transcript(of: bytes.map { [$0] }) == Transcript(of: [bytes]))
    }

    @Test("reads a body that comes byte by byte, in chunks or of a known length, without losing time over it")
    func slowBodies() {
        let body = String(repeating: "a", count: 60_000)
        let known = Wire.request(fields: ["Host: a", "Content-Length: 60000"], body: body)
        let chunked = Wire.chunked("EA60\r\n\(body)\r\n0\r\n\r\n")
        var bodies: [Int] = []
        let spent = ContinuousClock().measure {
            for text in [known, chunked] { bodies += Transcript(of: text.utf8.map { [$0] }).requests.map(\.body.count) }
        }
        #expect(bodies == [60_000, 60_000])
        #expect(spent < .seconds(10))
    }

    @Test("refuses too much framing, in whatever pieces it comes", arguments: [1, 7, 1000, 200_000])
    func mostlyFraming(size: Int) {
        let bytes = Array(Wire.chunked(String(repeating: "1\r\na\r\n", count: 22_000)).utf8)
        let pieces = stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min($0 + size, bytes.count)] }
        let transcript = Transcript(of: pieces)
        #expect(transcript.failure == .bodyTooLarge && transcript.requests == [])
    }

    @Test("survives 10,000 mutations, and no request among them is larger than it may be")
    func mutations() {
        var generator = SeededGenerator(seed: 20)
        let corpus = Wire.corpus.map { Array($0.utf8) }
        var (requests, failures, oversized) = (0, 0, 0)
        for round in 0..<10_000 {
            var bytes = corpus.randomElement(using: &generator) ?? []
            for _ in 0...Int.random(in: 0..<6, using: &generator) { mutate(&bytes, &generator) }
            if round % 200 == 0 { bytes += [UInt8](repeating: 0x61, count: 140_000) }
            let transcript = Transcript(of: pieces(of: bytes, &generator))
            requests += transcript.requests.count
            failures += transcript.failure == nil ? 0 : 1
            oversized += transcript.requests.count { $0.body.count > HTTPLimits.body || !$0.path.hasPrefix("/") }
            oversized += transcript.waiting > HTTPLimits.chunkedBody + HTTPLimits.head + 4 ? 1 : 0
        }
        #expect(oversized == 0)
        #expect(requests > 1000 && failures > 1000, "both ways must be tried: \(requests), \(failures)")
    }

    private func mutate(_ bytes: inout [UInt8], _ generator: inout SeededGenerator) {
        let words = [
            "\r\n", "\n", "\r", "\0", ":", " ", "9", "Content-Length: 7\r\n", "Transfer-Encoding: chunked\r\n",
        ]
        let place = Int.random(in: 0...bytes.count, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes.insert(contentsOf: Array((words.randomElement(using: &generator) ?? "").utf8), at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
        case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 3 where place < bytes.count: bytes.remove(at: place)
        default: bytes.append(contentsOf: bytes[place...].prefix(64))
        }
    }

    private func pieces(of bytes: [UInt8], _ generator: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...max(64, bytes.count / 4), using: &generator))
            pieces.append(piece)
            rest = rest.dropFirst(piece.count)
        }
        return pieces
    }
}

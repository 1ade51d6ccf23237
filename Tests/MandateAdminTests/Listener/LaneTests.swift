import Testing

@testable import MandateAdmin

@Suite("A lane")
struct LaneTests {
    @Test("has room for so many requests and so many bytes, and gets it back")
    func room() {
        let lane = Lane(connections: 1, requests: 2, bytes: 10)
        #expect(lane.enter(10))
        #expect(!lane.enter(1))
        #expect(lane.enter(0))
        #expect(!lane.enter(0))
        lane.leave(10)
        #expect(!lane.enter(11))
        #expect(lane.enter(10))
    }
}

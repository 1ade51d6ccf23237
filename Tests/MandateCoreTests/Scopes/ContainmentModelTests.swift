import MandateCore
import MandateTesting
import Testing

@Suite("Containment of scopes, against a model that enumerates")
struct ContainmentModelTests {
    @Test("covers what the model says and overlaps with what the model says, for 120,000 pairs of patterns")
    func agrees() throws {
        let patterns = ContainmentModel().patterns
        #expect(patterns.count == 2246)
        var generator = SeededGenerator(seed: 1)
        var (covered, overlapping) = (0, 0)
        var wrong: [String] = []
        for _ in 0..<120_000 {
            let held = patterns[Int(generator.next() % UInt64(patterns.count))]
            let asked = patterns[Int(generator.next() % UInt64(patterns.count))]
            let covers = held.scope.covers(asked.scope)
            let overlaps = held.scope.overlaps(asked.scope)
            if covers != held.matches.isSuperset(of: asked.matches) {
                wrong.append("\(held.text) covers \(asked.text)")
            }
            if overlaps != held.matches.meets(asked.matches) { wrong.append("\(held.text) overlaps \(asked.text)") }
            if covers { covered += 1 }
            if overlaps { overlapping += 1 }
        }
        #expect(wrong == [])
        #expect(covered > 500 && overlapping > 5000, "the pairs must try both answers: \(covered), \(overlapping)")
    }

    @Test("covers each pattern by itself, and never covers without overlapping")
    func isReflexive() {
        let patterns = ContainmentModel().patterns
        #expect(patterns.allSatisfy { $0.scope.covers($0.scope) && $0.scope.overlaps($0.scope) })
    }
}

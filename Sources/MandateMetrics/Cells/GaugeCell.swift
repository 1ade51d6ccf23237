import CoreMetrics
import Synchronization

/// Goes up and down.
final class GaugeCell: MeterHandler {
    private let bits = Atomic<UInt64>(0)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: known) + amount).bitPattern
            let (exchanged, found) = bits.compareExchange(expected: known, desired: sum, ordering: .relaxed)
            if exchanged { return }
            known = found
        }
    }

    func decrement(by amount: Double) { increment(by: -amount) }
}

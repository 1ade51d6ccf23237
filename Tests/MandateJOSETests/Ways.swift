import MandateCore
import MandateJOSE

extension String {
    /// The bytes of this text.
    var bytes: [UInt8] { Array(utf8) }

    /// The bytes this hexadecimal text writes.
    var fromHex: [UInt8] {
        let digits = utf8.map { digit in UInt8(digit < 0x3A ? digit - 0x30 : (digit | 0x20) - 0x61 + 10) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { index in digits[index] << 4 | digits[index + 1] }
    }
}

extension JSONValue {
    /// This object with one member set, or removed by `nil`.
    func with(_ name: String, _ value: JSONValue?) -> JSONValue {
        let others = (members ?? []).filter { member in member.name != name }
        return .object(others + (value.map { value in [JSONMember(name: name, value: value)] } ?? []))
    }
}

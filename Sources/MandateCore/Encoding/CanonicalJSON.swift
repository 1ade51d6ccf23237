extension JSONValue {
    /// The canonical bytes of this value (RFC 8785): what is hashed, signed and compared.
    ///
    /// Integers beyond ±2^53 are printed in all their digits, where RFC 8785 has only doubles; no record of ours
    /// holds one.
    public var canonical: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}

/// Numbers as ECMAScript's `Number::toString` prints them, which RFC 8785 §3.2.2.3 asks for.
enum ECMAScriptNumber {
    static func text(of number: Double) -> String {
        guard number.isFinite else { return "null" }
        if number == 0 { return "0" }
        let sign = number < 0 ? "-" : ""
        let (digits, point) = shortest(number.magnitude)
        return sign + text(digits: digits, point: point)
    }

    /// The fewest digits that read back as this number, and where the decimal point stands after the first of them.
    /// Swift's own description has the same digits; only its layout differs.
    private static func shortest(_ number: Double) -> (digits: String, point: Int) {
        let parts = number.description.split(separator: "e")
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let whole = mantissa[0]
        let fraction = mantissa.count > 1 ? mantissa[1] : ""
        let all = whole + fraction
        let leading = all.prefix { digit in digit == "0" }.count
        var digits = all.dropFirst(leading)
        while digits.last == "0" { digits.removeLast() }
        return (String(digits), whole.count + exponent - leading)
    }

    private static func text(digits: String, point: Int) -> String {
        let count = digits.count
        if point > 21 || point < -5 {
            let fraction = count > 1 ? "." + digits.dropFirst() : ""
            return "\(digits.prefix(1))\(fraction)e\(point > 0 ? "+" : "-")\((point - 1).magnitude)"
        }
        if point >= count { return digits + String(repeating: "0", count: point - count) }
        if point > 0 { return "\(digits.prefix(point)).\(digits.dropFirst(point))" }
        return "0." + String(repeating: "0", count: -point) + digits
    }
}

import MandateCore

/// Rows for a person's terminal in columns with a heading; for a pipe one line a row, separated by tabs.
struct Table {
    private let headings: [String]
    private var rows: [[String]] = []

    init(_ headings: String...) {
        self.headings = headings
    }

    mutating func add(_ cells: String?...) {
        rows.append(cells.map { cell in Terminal.harmless(cell ?? "") })
    }

    func lines(for terminal: Terminal) -> [String] {
        guard terminal.isInteractive else { return rows.map { row in row.joined(separator: "\t") } }
        let widths = headings.indices.map { column in
            ([headings] + rows).map { row in row[column].count }.max() ?? 0
        }
        let heading = terminal.styled(Self.line(headings, widths), .strong)
        return [heading] + rows.map { row in Self.line(row.map { cell in cell.isEmpty ? "-" : cell }, widths) }
    }

    private static func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (cell, width) in zip(cells, widths).dropLast() {
            text += cell + String(repeating: " ", count: max(0, width - cell.count) + 2)
        }
        return text + (cells.last ?? "")
    }
}

/// A JSON object as a person reads it: one member a line, what is nested is indented.
struct Details {
    private let json: JSONValue

    init(_ json: JSONValue) {
        self.json = json
    }

    func lines(for terminal: Terminal, indent: Int = 0) -> [String] {
        let members = (json.members ?? []).filter { member in member.value != .null }
        let width = members.map { member in member.name.count }.max() ?? 0
        let margin = String(repeating: " ", count: indent)
        return members.flatMap { member in
            let name = Terminal.harmless(member.name)
            if member.value.members != nil {
                return [margin + terminal.styled(name, .quiet)]
                    + Details(member.value).lines(for: terminal, indent: indent + 2)
            }
            let gap = String(repeating: " ", count: max(0, width - name.count) + 2)
            return [margin + terminal.styled(name, .quiet) + gap + Self.text(member.value)]
        }
    }

    /// One value on one line.
    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): Terminal.harmless(text)
        case .array([]): "none"
        case .array(let elements) where elements.allSatisfy { $0.string != nil }:
            elements.map(text).joined(separator: ", ")
        case .null, .bool, .integer, .number, .array, .object:
            Terminal.harmless(String(decoding: value.canonical, as: UTF8.self))
        }
    }
}

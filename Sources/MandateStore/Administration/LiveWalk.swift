/// The tables, as the beginning of a question, that tell which links are live: none above is revoked or has expired, and
/// its task, its principal and every agent on the way are good.
///
/// `chosen` holds the links of a choice, `above` those and all they hang on, `live` what was reached from the roots of
/// `above` through live links only. `?1` is the choice's, `?2` now in seconds, `?3` now in milliseconds.
enum LiveWalk {
    /// Every chosen link and what is above it, expired or not.
    static func upward(from choice: LinkChoice) -> String {
        tables(chosen: "SELECT number FROM link WHERE \(choice.condition)", follows: "link.number IN above")
    }

    /// The chosen links that have not expired, what is above them and everything below. `isCut` says of a live link
    /// whether it is a chosen one or below one.
    static func downward(from choice: LinkChoice) -> String {
        tables(
            chosen: """
                SELECT number FROM link WHERE \(choice.condition) AND expires_at > ?2
                UNION ALL SELECT number FROM link WHERE \(choice.condition) AND expires_at IS NULL
                """, follows: "(live.isCut OR link.number IN above)")
    }

    /// The joins are CROSS so that they are made in the order written: from few links to their agents.
    private static func tables(chosen: String, follows: String) -> String {
        """
        WITH RECURSIVE chosen (number) AS (\(chosen)),
        above (number) AS (
            SELECT number FROM chosen
            UNION SELECT link.parent FROM above CROSS JOIN link ON link.number = above.number
            WHERE link.parent IS NOT NULL
        ),
        live (number, mark, isCut) AS (
            SELECT link.number, \(mark), link.number IN chosen
            FROM above CROSS JOIN link ON link.number = above.number \(agents)
            WHERE link.parent IS NULL AND link.principal NOT IN (SELECT id FROM revoked_principal)
            AND (link.expires_at IS NULL OR link.expires_at > ?2) AND \(isGood)
            AND (link.token IS NULL OR \(isAfter(mark)))
            UNION ALL
            SELECT link.number, max(live.mark, \(mark)), live.isCut OR link.number IN chosen
            FROM live CROSS JOIN link ON link.parent = live.number \(agents)
            WHERE \(follows) AND link.expires_at > ?2 AND \(isGood) AND \(isAfter("max(live.mark, \(mark))"))
        )
        """
    }

    private static let agents = """
        CROSS JOIN agent ON agent.id = link.delegate CROSS JOIN agent_type ON agent_type.id = agent.type
        """

    private static let isGood = """
        NOT EXISTS (SELECT 1 FROM revocation WHERE revocation.link = link.number)
        AND NOT EXISTS (SELECT 1 FROM task WHERE task.id = link.task AND task.status != 'open')
        AND agent.status = 'active' AND agent_type.status = 'active'
        AND (agent.expires_at IS NULL OR agent.expires_at > ?3)
        """

    /// Authority that passed through the agent up to this moment is dead. A registration's own link has no birth, so the
    /// marks go down to the first link that has one.
    private static let mark = "max(agent.not_before, agent_type.not_before)"

    /// A link is born when its token is: the first 48 bits of a UUIDv7 are milliseconds (RFC 9562 §5.7).
    private static func isAfter(_ mark: String) -> String {
        "substr(link.token, 1, 13) > printf('%08x-%04x', \(mark) >> 16, \(mark) & 65535)"
    }
}

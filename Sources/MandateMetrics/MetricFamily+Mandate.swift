extension MetricFamily {
    private static let stages: [Double] = [
        0.000_005, 0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05,
        0.1, 0.25, 1,
    ]
    private static let commits: [Double] = [
        0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5,
    ]

    /// Every metric of this program, in the order of the page.
    public static let mandate = [
        MetricFamily(
            "mandate_requests_total", .counter,
            "Answers of the public listener, by endpoint, grant, status and the reason of a refusal."),
        MetricFamily(
            "mandate_tokens_issued_total", .counter,
            "Tokens that were given out, by audience and by the type of the agent that got them."),
        MetricFamily(
            "mandate_stage_seconds", .histogram(stages),
            "Time a request takes in each stage; of requests that are handled together, each one's share."),
        MetricFamily(
            "mandate_authentication_failures_total", .counter,
            "Requests that failed before or at the authentication of their client."),
        MetricFamily("mandate_connections", .gauge, "Open connections, by listener."),
        MetricFamily("mandate_ledger_queue_entries", .gauge, "Entries that wait for the writer of the ledger."),
        MetricFamily(
            "mandate_ledger_batch_records",
            .histogram([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192]),
            "Entries that were committed together."),
        MetricFamily(
            "mandate_ledger_commit_seconds", .histogram(commits), "Time a commit takes until it is durable (fsync)."),
        MetricFamily("mandate_ledger_last_seq", .gauge, "Number of the last record of the ledger."),
        MetricFamily(
            "mandate_delivery_position", .gauge,
            "Number of the last record that a consumer of the ledger has dealt with."),
        MetricFamily("mandate_detections_total", .counter, "Findings that were recorded, by rule."),
        MetricFamily(
            "mandate_policy_engine_questions_total", .counter,
            "Questions to the policy engine, by the effect it decided or the failure that refused instead."),
        MetricFamily(
            "mandate_policy_engine_seconds", .histogram(commits),
            "Time until a question to the policy engine was settled."),
        MetricFamily("mandate_approvals_pending", .gauge, "Requests that wait for a person's approval."),
        MetricFamily("mandate_keys", .gauge, "Signing keys, by state and algorithm."),
        MetricFamily("mandate_key_age_seconds", .gauge, "Time since the active key of an algorithm began to sign."),
        MetricFamily("process_start_time_seconds", .gauge, "When the process started, in seconds since 1970."),
        MetricFamily("process_cpu_seconds_total", .counter, "CPU time the process has used."),
        MetricFamily("process_resident_memory_bytes", .gauge, "Resident memory of the process."),
        MetricFamily("process_open_fds", .gauge, "Open file descriptors of the process."),
    ]
}

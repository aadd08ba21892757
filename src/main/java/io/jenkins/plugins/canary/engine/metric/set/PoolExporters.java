package io.jenkins.plugins.canary.engine.metric.set;

import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import java.util.List;

/** Pools of database connections, in the service and beside it. */
final class PoolExporters {

    static final List<Exporter> ALL = List.of(
            // HikariCP through Micrometer, as Spring Boot binds it.
            Exporter.ofTracks(SetKind.POOL, "hikaricp")
                    .with(
                            SetMetric.POOL_USE,
                            Formula.fullest("hikaricp_connections_active", "hikaricp_connections_max"))
                    .with(SetMetric.POOL_WAITING, Formula.sum("hikaricp_connections_pending"))
                    .with(SetMetric.POOL_TIMEOUTS, Formula.count("hikaricp_connections_timeout_total")),
            // HikariCP's own PrometheusMetricsTrackerFactory.
            Exporter.ofTracks(SetKind.POOL, "hikaricp-prometheus")
                    .with(
                            SetMetric.POOL_USE,
                            Formula.fullest("hikaricp_active_connections", "hikaricp_max_connections"))
                    .with(SetMetric.POOL_WAITING, Formula.sum("hikaricp_pending_threads"))
                    .with(SetMetric.POOL_TIMEOUTS, Formula.count("hikaricp_connection_timeout_total")),
            // Spring Boot's gauges of any other pool.
            Exporter.ofTracks(SetKind.POOL, "spring-jdbc")
                    .with(SetMetric.POOL_USE, Formula.fullest("jdbc_connections_active", "jdbc_connections_max")),
            Exporter.ofTracks(SetKind.POOL, "r2dbc")
                    .with(
                            SetMetric.POOL_USE,
                            Formula.fullest("r2dbc_pool_acquired_connections", "r2dbc_pool_max_allocated_connections"))
                    .with(SetMetric.POOL_WAITING, Formula.sum("r2dbc_pool_pending_connections")),
            // Go's database/sql through client_golang's NewDBStatsCollector.
            Exporter.ofTracks(SetKind.POOL, "go-sql")
                    .with(
                            SetMetric.POOL_USE,
                            Formula.fullest("go_sql_in_use_connections", "go_sql_max_open_connections"))
                    .with(SetMetric.POOL_TIMEOUTS, Formula.count("go_sql_wait_count_total")),
            Exporter.shared(SetKind.POOL, "pgbouncer-exporter")
                    .with(
                            SetMetric.POOL_USE,
                            Formula.of(s -> new Expr.Ratio(
                                    new Expr.Gauges(Expr.Agg.SUM, s.named("pgbouncer_pools_server_active_connections")),
                                    new Expr.Gauges(Expr.Agg.SUM, s.named("pgbouncer_databases_pool_size")))))
                    .with(SetMetric.POOL_WAITING, Formula.sum("pgbouncer_pools_client_waiting_connections")),
            Exporter.shared(SetKind.POOL, "postgres-exporter")
                    .with(
                            SetMetric.POOL_USE,
                            Formula.of(s -> new Expr.Ratio(
                                    new Expr.Gauges(Expr.Agg.SUM, s.named("pg_stat_activity_count")),
                                    new Expr.Gauges(Expr.Agg.MAX, s.named("pg_settings_max_connections"))))));

    private PoolExporters() {}
}

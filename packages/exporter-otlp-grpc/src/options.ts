// SPDX-License-Identifier: Apache-2.0
import type { SharedExporterOptions } from '@logferry/otlp-exporter-base';

/** Options of `OtlpGrpcLogRecordExporter`. An option beats its environment variable. */
export interface OtlpGrpcLogRecordExporterOptions extends SharedExporterOptions {
  /**
   * Where to send: `https://host[:port]` (TLS), `http://host[:port]` (plaintext), `host[:port]`, or a gRPC target
   * (`dns:///host:port`, `ipv4:…`, `ipv6:…`, `unix:…`). A target without http(s) is reached by TLS unless `insecure` is
   * set. The port is 4317 where none is given.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`. Default: `http://localhost:4317`.
   */
  readonly endpoint?: string;

  /**
   * Plaintext to an endpoint without a scheme. A scheme beats it.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_INSECURE`, `OTEL_EXPORTER_OTLP_INSECURE`. Default: false.
   */
  readonly insecure?: boolean;

  /** Pings that find a dead connection while a request waits. Default: none; a request's deadline finds it as well. */
  readonly keepalive?: KeepaliveOptions;

  /** Further channel options of grpc-js, for what no option above covers. Default: none. */
  readonly channelOptions?: Readonly<Record<string, string | number>>;
}

export interface KeepaliveOptions {
  /** Time between pings while a request is in flight. Servers may close a connection that pings too often. */
  readonly intervalMillis: number;
  /** How long an answer may take. Default: 20000. */
  readonly timeoutMillis?: number;
}

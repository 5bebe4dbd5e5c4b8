// SPDX-License-Identifier: Apache-2.0
import type { SharedExporterOptions } from '@logferry/otlp-exporter-base';

/** Options of `OtlpGrpcLogRecordExporter`. An option beats its environment variable. */
export interface OtlpGrpcLogRecordExporterOptions extends SharedExporterOptions {
  /**
   * Where to send: `https://host[:port]` (TLS), `http://host[:port]` (plaintext), `host[:port]`, or a gRPC target
   * (`dns:///host:port`, `ipv4:a:port,b:port`, `ipv6:[a]:port,[b]:port`, `unix:…`). A target without http(s) is reached by
   * TLS unless `insecure` is set. The port is 4317 where none is given.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`, `OTEL_EXPORTER_OTLP_ENDPOINT`. Default: `http://localhost:4317`.
   */
  readonly endpoint?: string;

  /**
   * Plaintext to an endpoint without a scheme. A scheme beats it.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_INSECURE`, `OTEL_EXPORTER_OTLP_INSECURE`. Default: false.
   */
  readonly insecure?: boolean;

  /**
   * `round-robin` keeps a connection to every address that the endpoint resolves to and sends the next request over the
   * next one that works; `pick-first` uses the first address that can be connected to.
   * Default: `round-robin` for the targets that name servers (`dns:`, `ipv4:`, `ipv6:`), else `pick-first`.
   */
  readonly loadBalancing?: LoadBalancing;

  /**
   * The authority (`:authority`, the host of HTTP) of requests, for a proxy that routes by it. It changes nothing in the
   * check of certificates. Default: `tls.serverName`, else the endpoint's host and port, of a list the first one's.
   */
  readonly authority?: string;

  /** Pings that find a dead connection while a request waits. Default: none; a request's deadline finds it as well. */
  readonly keepalive?: KeepaliveOptions;

  /** Further channel options of grpc-js, for what no option above covers; one that is covered is an error. Default: none. */
  readonly channelOptions?: Readonly<Record<string, string | number>>;
}

/** How requests are spread over the addresses of an endpoint. */
export type LoadBalancing = 'pick-first' | 'round-robin';

export interface KeepaliveOptions {
  /** Time between pings while a request is in flight. Servers may close a connection that pings too often. */
  readonly intervalMillis: number;
  /** How long an answer may take. Default: 20000. */
  readonly timeoutMillis?: number;
}

// SPDX-License-Identifier: Apache-2.0
import type { SharedExporterOptions } from '@logferry/otlp-exporter-base';

/** How records are written in requests. */
export type OtlpHttpProtocol = 'http/protobuf' | 'http/json';

/** Options of `OtlpHttpLogRecordExporter`. An option beats its environment variable. */
export interface OtlpHttpLogRecordExporterOptions extends SharedExporterOptions {
  /**
   * The URL that requests go to, as it is: `https://host[:port]/path` (TLS) or `http://host[:port]/path` (plaintext). Or
   * `unix:/path/of/socket`, whose requests go to `/v1/logs`. The path of most receivers is `/v1/logs`.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT` (as it is), `OTEL_EXPORTER_OTLP_ENDPOINT` (`/v1/logs` is appended).
   * Default: `http://localhost:4318/v1/logs`.
   */
  readonly endpoint?: string;

  /**
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_PROTOCOL`, `OTEL_EXPORTER_OTLP_PROTOCOL`; `grpc` there leaves the default.
   * Default: `http/protobuf`.
   */
  readonly protocol?: OtlpHttpProtocol;

  /** Level of gzip from 1 (fast) to 9 (small). Compression runs on the thread pool. Default: 1. */
  readonly compressionLevel?: number;

  /**
   * The proxy: `http://[user:password@]host[:port]`, `https://…`, or false for none, whatever the variables say.
   * Variable: `https_proxy` or `HTTPS_PROXY` for an https endpoint, `http_proxy` or `HTTP_PROXY` for an http endpoint, and
   * `no_proxy` or `NO_PROXY`, the hosts that are reached without it. Default: none.
   */
  readonly proxy?: string | false;
}

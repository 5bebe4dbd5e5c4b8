// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@logferry/core';
import type { MeterProvider } from '@opentelemetry/api';

/**
 * Header fields (gRPC: metadata) of every request, such as an API key. Values never appear in an error, a diagnostic or
 * `stats()`.
 */
export type Headers = Readonly<Record<string, string>>;

/** Returns the headers of the next attempts. */
export type HeadersFunction = (request: HeadersRequest) => Headers | Promise<Headers>;

/** Why a headers function is called. */
export interface HeadersRequest {
  /** Whether the server has refused the credentials in what the function returned last: a token that it keeps is void. */
  readonly previousRefused: boolean;
}

/** The options that every OTLP exporter has. An option beats its environment variable. */
export interface SharedExporterOptions {
  /** Certificates, keys and versions of TLS. Not allowed with a plaintext endpoint. */
  readonly tls?: TlsOptions;

  /**
   * Headers of every request, or a function that returns them, for tokens that change. The function is called before each
   * attempt, or as `headersMaxAgeMillis` says; attempts at the same time share a call. When the server refuses the
   * credentials (UNAUTHENTICATED, HTTP 401), the request is tried again at once with what the function returns then; when
   * that is refused as well, its records are lost and counted. A function that throws, or takes longer than
   * `timeoutMillis`, is asked again after the delay of a retry. Replaces the variables as a whole.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_HEADERS`, `OTEL_EXPORTER_OTLP_HEADERS`. Default: none.
   */
  readonly headers?: Headers | HeadersFunction;

  /**
   * How long what the headers function returned is used, in milliseconds, unless the server refuses it; 0: the function is
   * called before each attempt. Default: 0.
   */
  readonly headersMaxAgeMillis?: number;

  /**
   * Compression of requests.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_COMPRESSION`, `OTEL_EXPORTER_OTLP_COMPRESSION`. Default: `none`.
   */
  readonly compression?: Compression;

  /**
   * Deadline of one attempt in milliseconds; 0 means none.
   * Variable: `OTEL_EXPORTER_OTLP_LOGS_TIMEOUT`, `OTEL_EXPORTER_OTLP_TIMEOUT`. Default: 10000.
   */
  readonly timeoutMillis?: number;

  /** When and how often a request is tried again. */
  readonly retry?: RetryOptions;

  /**
   * Sends that a batching processor keeps in flight at the same time. With more than 1 a server may finish a later batch
   * first; it pays where a round trip takes long. Default: 1.
   */
  readonly maxConcurrentSends?: number;

  /**
   * Largest request in bytes, before compression. A bigger batch is split; a lone record above it is refused and counted.
   * Default: 4128768, which is 64 KiB below the 4 MiB that most servers take.
   */
  readonly maxRequestBytes?: number;

  /**
   * Bytes that one encoded record takes at most; a larger one is cut and marked (see @logferry/otlp-encoding). From
   * 16 KiB to 64 MiB. Default: 1000000.
   */
  readonly maxRecordBytes?: number;

  /** Put before the standard user agent, such as `shop/1.2`. Default: none. */
  readonly userAgentPrefix?: string;

  /** Where metrics about the exporter go; the README lists them. Default: none, also not the global provider. */
  readonly meterProvider?: MeterProvider;

  /** The source of time. Default: the machine's. */
  readonly clock?: Clock;

  /** The environment variables. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export type Compression = 'gzip' | 'none';

/** The lowest version of TLS that is spoken. */
export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** The server's certificate is always validated; there is no option that turns it off. */
export interface TlsOptions {
  /** PEM text of the CAs that the server's certificate must come from. Default: those that Node trusts. */
  readonly ca?: string;
  /** Path of a PEM file instead of `ca`. Variable: `OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE`, `OTEL_EXPORTER_OTLP_CERTIFICATE`. */
  readonly caFile?: string;
  /** PEM text of the client's certificate chain, for mutual TLS; needs a key. Default: none. */
  readonly cert?: string;
  /** Path of a PEM file instead of `cert`. Variable: `…_CLIENT_CERTIFICATE`. */
  readonly certFile?: string;
  /** PEM text of the client's private key; needs a certificate. Default: none. */
  readonly key?: string;
  /** Path of a PEM file instead of `key`. Variable: `…_CLIENT_KEY`. */
  readonly keyFile?: string;
  /** Default: `TLSv1.2`. */
  readonly minVersion?: TlsVersion;
  /**
   * Time between two looks at the files, whose change is used for new connections; 0: they are read at construction alone.
   * They are also looked at when a connection has failed. Default: 60000.
   */
  readonly reloadIntervalMillis?: number;
  /**
   * The name that the server's certificate must carry, and the authority sent to it. Default: the endpoint's host, or, for
   * a list of addresses, the address that is connected to.
   */
  readonly serverName?: string;
}

/**
 * Retries by the OTLP table, with exponential backoff and jitter. A batch that was split is sent in requests with a budget
 * of their own.
 */
export interface RetryOptions {
  /** Delay before the first retry. Default: 1000. */
  readonly initialBackoffMillis?: number;
  /** Upper bound of the delay between retries, before jitter. Default: 10000. */
  readonly maxBackoffMillis?: number;
  /** Growth of the delay from one retry to the next. Default: 1.5. */
  readonly multiplier?: number;
  /** Random part of the delay: 0.2 spreads it from 80 % to 120 %. Default: 0.2. */
  readonly jitter?: number;
  /** Attempts of one request, the first included; then its records are lost and counted. Default: Infinity. */
  readonly maxAttempts?: number;
  /** Time that one request may take with its retries; then its records are lost and counted. Default: Infinity. */
  readonly maxElapsedMillis?: number;
}

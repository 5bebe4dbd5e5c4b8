// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  Diagnostics,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  type ReadableLogRecord,
  type SendOutcome,
  type WorkerSupport,
} from '@logferry/core';
import { type ExporterIdentity, OtlpExporter, type OtlpExporterStats } from '@logferry/otlp-exporter-base';

import { HttpTransport } from './http-transport.ts';
import type { OtlpHttpLogRecordExporterOptions } from './options.ts';
import { encoderFactory } from './encoder-factory.ts';
import { type ResolvedOptions, resolveOptions } from './resolve-options.ts';
import { workerSupport } from './worker-support.ts';

const NEWLINE = 0x0a;

/**
 * Sends log records to an OTLP receiver over HTTP/1.1, in protobuf or JSON. Retries what the OTLP table allows, splits
 * what is too large, and counts what is refused or lost.
 */
export class OtlpHttpLogRecordExporter implements EncodingLogRecordExporter {
  /** What `WorkerLogRecordExporter` of @logferry/exporter-worker needs to know. */
  static readonly workerSupport: WorkerSupport<OtlpHttpLogRecordExporterOptions> = workerSupport(import.meta.url);

  readonly maxConcurrentSends: number;
  readonly #exporter: OtlpExporter;

  /**
   * Reads certificate files and checks every option. It does not connect: the first send does.
   * @throws LogferryError `INVALID_OPTION` or `UNUSABLE_FILE`.
   */
  constructor(options: OtlpHttpLogRecordExporterOptions = {}) {
    const diagnostics = new Diagnostics('@logferry/exporter-otlp-http', options.clock);
    const resolved = resolveOptions(options, diagnostics);
    this.maxConcurrentSends = resolved.maxConcurrentSends;
    this.#exporter = new OtlpExporter({
      options: resolved,
      diagnostics,
      target: resolved.endpoint.target,
      transport: new HttpTransport(resolved),
      createEncoder: encoderFactory(resolved.protocol, options),
      identity: identityOf(resolved),
      ...(resolved.protocol === 'http/json' ? { isOneRequest: isOneLine } : {}),
    });
  }

  createEncoder(): BatchEncoder {
    return this.#exporter.createEncoder();
  }

  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    return this.#exporter.send(batch, signal);
  }

  /** For processors that hand over records, such as the SDK's own. Ends within 30 s; what is not delivered then is lost. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    this.#exporter.export(records, resultCallback);
  }

  /** Resolves when every send that has begun is settled. */
  forceFlush(): Promise<void> {
    return this.#exporter.forceFlush();
  }

  /**
   * Begins no further attempt, lets those in flight end for up to 5 s, and closes the connections. What was not
   * acknowledged then settles as `retryable`.
   */
  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  /** What the exporter has done so far. Holds no header value and no record content. */
  stats(): OtlpExporterStats {
    return this.#exporter.stats();
  }
}

function identityOf({ endpoint, protocol }: ResolvedOptions): ExporterIdentity {
  return {
    packageName: '@logferry/exporter-otlp-http',
    componentType: protocol === 'http/json' ? 'otlp_http_json_log_exporter' : 'otlp_http_log_exporter',
    serverAddress: endpoint.socketPath ?? endpoint.host,
    serverPort: endpoint.socketPath === undefined ? endpoint.port : undefined,
    statusCodeAttribute: 'http.response.status_code',
  };
}

/** A body of OTLP/JSON is one object, and so is a line; text in JSON holds no bare newline. */
function isOneLine(bytes: Uint8Array): boolean {
  const newline = bytes.indexOf(NEWLINE);
  return newline === -1 || newline === bytes.length - 1;
}

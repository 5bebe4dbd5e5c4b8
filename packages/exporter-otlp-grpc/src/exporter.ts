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
import { OtlpProtobufEncoder } from '@logferry/otlp-encoding';
import { OtlpExporter, type OtlpExporterStats } from '@logferry/otlp-exporter-base';

import { GrpcTransport } from './grpc-transport.ts';
import type { OtlpGrpcLogRecordExporterOptions } from './options.ts';
import { serverOf } from './endpoint.ts';
import { resolveOptions } from './resolve-options.ts';
import { workerSupport } from './worker-support.ts';

/**
 * Sends log records to an OTLP receiver over gRPC, by TLS unless plaintext is asked for. Retries what the OTLP table
 * allows, splits what is too large, and counts what is refused or lost.
 */
export class OtlpGrpcLogRecordExporter implements EncodingLogRecordExporter {
  /** What `WorkerLogRecordExporter` of @logferry/exporter-worker needs to know. */
  static readonly workerSupport: WorkerSupport<OtlpGrpcLogRecordExporterOptions> = workerSupport(import.meta.url);

  readonly maxConcurrentSends: number;
  readonly #exporter: OtlpExporter;

  /**
   * Reads certificate files and checks every option. It does not connect: the first send does.
   * @throws LogferryError `INVALID_OPTION` or `UNUSABLE_FILE`.
   */
  constructor(options: OtlpGrpcLogRecordExporterOptions = {}) {
    const diagnostics = new Diagnostics('@logferry/exporter-otlp-grpc', options.clock);
    const resolved = resolveOptions(options, diagnostics);
    this.maxConcurrentSends = resolved.maxConcurrentSends;
    const encoderOptions = options.maxRecordBytes === undefined ? {} : { maxRecordBytes: options.maxRecordBytes };
    const createEncoder = (): BatchEncoder => new OtlpProtobufEncoder(encoderOptions);
    // A bad option has to fail here and not at the first record.
    createEncoder();
    this.#exporter = new OtlpExporter({
      options: resolved,
      diagnostics,
      target: resolved.endpoint.target,
      transport: new GrpcTransport(resolved, (address, cause) => {
        diagnostics.warn(
          `address:${address}:${cause}`,
          `there is no connection to ${address}, one of the addresses of ${resolved.endpoint.target}: ${cause}`,
        );
      }),
      createEncoder,
      identity: {
        packageName: '@logferry/exporter-otlp-grpc',
        componentType: 'otlp_grpc_log_exporter',
        ...serverOf(resolved.endpoint),
        statusCodeAttribute: 'rpc.response.status_code',
      },
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
   * Begins no further attempt, lets those in flight end for up to 5 s, and closes the connection. What was not
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

// SPDX-License-Identifier: Apache-2.0
import { type BatchParts, Diagnostics, type EncodedBatch, type WorkerSupport } from '@logferry/core';
import { restoreJsonLinesBatch, restoreProtobufBatch } from '@logferry/otlp-encoding';
import { withAbsoluteTlsPaths } from '@logferry/otlp-exporter-base';

import { encoderFactory } from './encoder-factory.ts';
import type { OtlpHttpLogRecordExporterOptions } from './options.ts';
import { resolveOptions } from './resolve-options.ts';

/** @param moduleUrl of the module that exports the exporter. */
export function workerSupport(moduleUrl: string): WorkerSupport<OtlpHttpLogRecordExporterOptions> {
  return {
    moduleUrl,
    exportName: 'OtlpHttpLogRecordExporter',
    prepare(options) {
      const diagnostics = new Diagnostics('@logferry/exporter-otlp-http', options.clock);
      const { maxConcurrentSends, protocol } = resolveOptions(options, diagnostics);
      return {
        options: options.tls === undefined ? options : { ...options, tls: withAbsoluteTlsPaths(options.tls) },
        callbacks: ['headers'],
        maxConcurrentSends,
        createEncoder: encoderFactory(protocol, options, 'shared'),
      };
    },
    restoreBatch,
  };
}

const OPEN_BRACE = 0x7b;

/** JSON begins with a brace, and a message of OTLP/protobuf with the tag of `resource_logs`, which is a newline. */
function restoreBatch(parts: BatchParts): EncodedBatch {
  return parts.bytes[0] === OPEN_BRACE ? restoreJsonLinesBatch(parts) : restoreProtobufBatch(parts);
}

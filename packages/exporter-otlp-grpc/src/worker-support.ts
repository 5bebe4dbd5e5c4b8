// SPDX-License-Identifier: Apache-2.0
import { Diagnostics, type WorkerSupport } from '@logferry/core';
import { OtlpProtobufEncoder, restoreProtobufBatch } from '@logferry/otlp-encoding';
import { withAbsoluteTlsPaths } from '@logferry/otlp-exporter-base';

import type { OtlpGrpcLogRecordExporterOptions } from './options.ts';
import { resolveOptions } from './resolve-options.ts';

/** @param moduleUrl of the module that exports the exporter. */
export function workerSupport(moduleUrl: string): WorkerSupport<OtlpGrpcLogRecordExporterOptions> {
  return {
    moduleUrl,
    exportName: 'OtlpGrpcLogRecordExporter',
    prepare(options) {
      const { maxConcurrentSends } = resolveOptions(
        options,
        new Diagnostics('@logferry/exporter-otlp-grpc', options.clock),
      );
      const { maxRecordBytes } = options;
      const createEncoder = (): OtlpProtobufEncoder =>
        new OtlpProtobufEncoder({ memory: 'shared', ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }) });
      createEncoder();
      return {
        options: options.tls === undefined ? options : { ...options, tls: withAbsoluteTlsPaths(options.tls) },
        callbacks: ['headers'],
        maxConcurrentSends,
        createEncoder,
      };
    },
    restoreBatch: restoreProtobufBatch,
  };
}

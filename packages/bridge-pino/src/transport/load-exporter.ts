// SPDX-License-Identifier: Apache-2.0
import { type EncodingLogRecordExporter, LogferryError, type LogRecordProcessor } from '@logferry/core';

import type { TransportExporter } from './options.ts';

type Options = Readonly<Record<string, unknown>>;

/** What the transport uses of `BatchingLogRecordProcessor`. */
export interface BatchingProcessor extends LogRecordProcessor {
  stats(): { readonly queued: number; readonly queuedBytes: number };
}

/** The exporter of one of the packages that are optional peers. Its constructor checks the options, which are data of the user's. */
export async function loadExporter(kind: TransportExporter, options: Options): Promise<EncodingLogRecordExporter> {
  switch (kind) {
    case 'otlp-grpc': {
      const { OtlpGrpcLogRecordExporter } = await installed(kind, import('@logferry/exporter-otlp-grpc'));
      return new OtlpGrpcLogRecordExporter(options);
    }
    case 'otlp-http': {
      const { OtlpHttpLogRecordExporter } = await installed(kind, import('@logferry/exporter-otlp-http'));
      return new OtlpHttpLogRecordExporter(options);
    }
    default: {
      const { RotatingFileLogRecordExporter } = await installed(kind, import('@logferry/exporter-file'));
      return new RotatingFileLogRecordExporter(options);
    }
  }
}

/** The batch processor, also of an optional peer. */
export async function loadProcessor(exporter: EncodingLogRecordExporter, options: Options): Promise<BatchingProcessor> {
  const { BatchingLogRecordProcessor } = await packageOf(
    '@logferry/processor-batch',
    import('@logferry/processor-batch'),
  );
  return new BatchingLogRecordProcessor(exporter, options);
}

function installed<T>(kind: TransportExporter, module: Promise<T>): Promise<T> {
  return packageOf(`@logferry/exporter-${kind}`, module);
}

async function packageOf<T>(name: string, module: Promise<T>): Promise<T> {
  try {
    return await module;
  } catch (cause) {
    throw new LogferryError('INVALID_OPTION', `the transport needs the package ${name}, which can not be loaded`, {
      cause,
    });
  }
}

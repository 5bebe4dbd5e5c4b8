// SPDX-License-Identifier: Apache-2.0
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { PINO_OPENTELEMETRY_TRANSPORT } from '@logferry-test/sdk-0.2xx';
import { pino } from 'pino';

import type { OpenPipeline, Pipeline, PipelineSettings } from '../harness/pipeline.ts';
import { callingPipeline } from './calling-pipeline.ts';

type Transport = ReturnType<typeof pino.transport>;

interface Warm {
  readonly logger: pino.Logger;
  readonly transport: Transport;
}

let warm: Warm | undefined;

/**
 * A transport of pino, in its worker thread; what was warmed up is measured. The endpoint comes from the standard variable.
 * A peer can't be flushed: after the warm-up it gets time to deliver.
 */
export const open: OpenPipeline = async (settings, phase) => {
  warm ??= await openTransport(settings);
  const { logger, transport } = warm;
  const pipeline: Pipeline = callingPipeline((message, attributes) => logger.info(attributes, message));
  if (phase === 'warm-up') return { ...pipeline, finish: () => settled(logger, Number(settings['settleMillis'])) };
  return {
    ...pipeline,
    async finish() {
      transport.end();
      await once(transport, 'close');
    },
  };
};

async function openTransport(settings: PipelineSettings): Promise<Warm> {
  const transport = await startTransport(settings);
  // The peer is not ready before pino has told it of a logger.
  const logger = pino({}, transport);
  await once(transport, 'ready');
  return { logger, transport };
}

async function startTransport(settings: PipelineSettings): Promise<Transport> {
  if (settings['bridge'] === 'official') return pino.transport(official(settings));
  const { openTelemetryTransport } = await import('@logferry/bridge-pino');
  return openTelemetryTransport();
}

function official({ maxQueueSize, maxExportBatchSize }: PipelineSettings): pino.TransportSingleOptions {
  return {
    target: PINO_OPENTELEMETRY_TRANSPORT,
    options: {
      loggerName: 'bench',
      serviceVersion: '1.0.0',
      logRecordProcessorOptions: {
        recordProcessorType: 'batch',
        exporterOptions: { protocol: 'grpc' },
        ...(maxQueueSize === undefined ? {} : { processorConfig: { maxQueueSize, maxExportBatchSize } }),
      },
    },
  };
}

async function settled(logger: pino.Logger, settleMillis: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    logger.flush((error) => (error === undefined ? resolve() : reject(error)));
  });
  await delay(settleMillis);
}

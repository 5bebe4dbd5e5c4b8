// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

import type { DestinationStream, pino as Pino } from 'pino';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { callingPipeline } from './calling-pipeline.ts';
import { countingProvider } from './counting-provider.ts';

// Not static: the official instrumentation must be there before pino is.
const load = (): typeof Pino => (createRequire(import.meta.url)('pino') as { readonly pino: typeof Pino }).pino;

/** Every contestant writes its lines there. */
const DISCARD: DestinationStream = { write: () => {} };

/** pino alone, with our destination beside its own, or with the official instrumentation. */
export const open: OpenPipeline = async ({ bridge }) => {
  const { provider, count } = countingProvider();
  const logger = await loggerFor(bridge, provider);
  const call = (message: string, attributes: object): void => logger.info(attributes, message);
  return callingPipeline(call, bridge === 'none' ? undefined : count);
};

type Provider = ReturnType<typeof countingProvider>['provider'];

async function loggerFor(bridge: string | number | undefined, loggerProvider: Provider): Promise<Pino.Logger> {
  if (bridge === 'none') return load()({}, DISCARD);
  if (bridge === 'official') {
    const { PinoInstrumentation } = await import('@opentelemetry/instrumentation-pino');
    instrumented ??= new PinoInstrumentation();
    return load()({}, DISCARD);
  }
  const { OpenTelemetryDestination } = await import('@logferry/bridge-pino');
  const pino = load();
  return pino({}, pino.multistream([{ stream: DISCARD }, new OpenTelemetryDestination({ loggerProvider })]));
}

let instrumented: object | undefined;

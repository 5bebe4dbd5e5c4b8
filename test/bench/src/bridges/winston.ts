// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';

import { createLogger, transports } from 'winston';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { callingPipeline } from './calling-pipeline.ts';
import { olderCountingProvider } from './counting-provider.ts';

/** winston alone, with our transport beside one that discards lines, or with the official transport there. */
export const open: OpenPipeline = async ({ bridge }) => {
  const { provider, count } = olderCountingProvider();
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const logger = createLogger({ transports: [new transports.Stream({ stream: discard })] });
  if (bridge === 'official') {
    const { OpenTelemetryTransportV3 } = await import('@opentelemetry/winston-transport');
    logger.add(new OpenTelemetryTransportV3());
  } else if (bridge === 'logferry') {
    const { OpenTelemetryTransport } = await import('@logferry/bridge-winston');
    logger.add(new OpenTelemetryTransport({ loggerProvider: provider }));
  }
  const call = (message: string, attributes: object): void => void logger.info(message, attributes);
  return callingPipeline(call, bridge === 'none' ? undefined : count);
};

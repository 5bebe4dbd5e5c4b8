// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';

import bunyan from 'bunyan';

import type { OpenPipeline } from '../harness/pipeline.ts';
import { callingPipeline } from './calling-pipeline.ts';
import { countingProvider } from './counting-provider.ts';

/**
 * bunyan alone, with our stream beside one that discards lines, or with that of the official instrumentation. The latter is
 * added by hand: the instrumentation itself knows no bunyan 2.
 */
export const open: OpenPipeline = async ({ bridge }) => {
  const { provider, count } = countingProvider();
  const discard = new Writable({ write: (_chunk, _encoding, done) => done() });
  const logger = bunyan.createLogger({ name: 'bench', streams: [{ stream: discard }] });
  if (bridge === 'official') {
    const { OpenTelemetryBunyanStream } = await import('@opentelemetry/instrumentation-bunyan');
    logger.addStream({ type: 'raw', level: 'info', stream: new OpenTelemetryBunyanStream() });
  } else if (bridge === 'logferry') {
    const { addOpenTelemetryStream } = await import('@logferry/bridge-bunyan');
    addOpenTelemetryStream(logger, { loggerProvider: provider });
  }
  const call = (message: string, attributes: object): void => logger.info(attributes, message);
  return callingPipeline(call, bridge === 'none' ? undefined : count);
};

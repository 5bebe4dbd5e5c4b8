// SPDX-License-Identifier: Apache-2.0
import type { PipelineSettings } from '../harness/pipeline.ts';
import type { PipelineEntrant } from '../harness/run-contestant.ts';

/** A bridge of ours beside its peers, and the logger that they all are added to. */
export interface BridgeCase {
  readonly name: string;
  readonly title: string;
  /** The logger without any bridge. */
  readonly alone: PipelineEntrant;
  /** Ours first. */
  readonly bridges: readonly PipelineEntrant[];
}

/** A contestant that sends to a receiver. */
export interface SendingEntrant extends PipelineEntrant {
  /** Records of its warm-up; it loses more than its queue takes. */
  readonly warmUpRecords?: number;
}

function entrant(
  logger: string,
  name: string,
  label: string,
  settings: string,
  more: PipelineSettings,
): SendingEntrant {
  const module = new URL(`${logger}.ts`, import.meta.url).href;
  return { name, label, settings, module, pipeline: { bridge: name, ...more } };
}

function sameThread(logger: string, title: string, ours: string, peer: string, peerLabel: string): BridgeCase {
  return {
    name: logger,
    title,
    alone: entrant(logger, 'none', `${title} alone`, 'lines are discarded', {}),
    bridges: [entrant(logger, 'logferry', 'Logferry', ours, {}), entrant(logger, 'official', peerLabel, peer, {})],
  };
}

export const SAME_THREAD: readonly BridgeCase[] = [
  sameThread(
    'pino',
    'pino',
    'OpenTelemetryDestination in a multistream, SDK 3.x',
    'its defaults, SDK 3.x',
    'instrumentation-pino',
  ),
  sameThread(
    'winston',
    'winston',
    'OpenTelemetryTransport, SDK 0.2xx',
    'OpenTelemetryTransportV3, SDK 0.2xx',
    'official transport',
  ),
  sameThread('bunyan', 'bunyan', 'addOpenTelemetryStream, SDK 3.x', 'its defaults, SDK 3.x', 'instrumentation-bunyan'),
  sameThread(
    'console',
    'console',
    'bridgeConsole, which keeps the output, SDK 0.2xx',
    'its defaults, SDK 0.2xx',
    'instrumentation-console',
  ),
];

export const TRANSPORT: BridgeCase & { readonly bridges: readonly SendingEntrant[] } = {
  name: 'pino-transport',
  title: 'pino, transport in a worker',
  alone: entrant('pino', 'none', 'pino alone', 'lines are discarded', {}),
  bridges: [
    entrant('pino-transport', 'logferry', 'Logferry', 'openTelemetryTransport at its defaults', {}),
    {
      ...entrant('pino-transport', 'official', 'pino-opentelemetry-transport', 'gRPC, its defaults otherwise', {}),
      name: 'defaults',
      warmUpRecords: 1000,
    },
    {
      ...entrant(
        'pino-transport',
        'official',
        'pino-opentelemetry-transport, tuned',
        'gRPC, a queue of 1,000,000 records so that it loses nothing, batches of 4,096',
        { maxQueueSize: 1_000_000, maxExportBatchSize: 4096 },
      ),
      name: 'tuned',
    },
  ],
};

// SPDX-License-Identifier: Apache-2.0
import { createCertificateAuthority } from '@logferry-test/support';

import type { ProcessFigures } from '../harness/meter.ts';
import { type PipelineEntrant, runContestant, type RunSize } from '../harness/run-contestant.ts';
import { startReceiver } from './receiver/start-receiver.ts';

export interface Transport {
  readonly name: string;
  readonly title: string;
  readonly tls: boolean;
  readonly compression: 'none' | 'gzip';
}

/**
 * Runs a contestant against a receiver of its own.
 * @throws Error when not every record arrived.
 */
export async function sendToReceiver(
  contestant: PipelineEntrant,
  transport: Transport,
  size: RunSize,
): Promise<ProcessFigures> {
  const authority = transport.tls ? await createCertificateAuthority() : undefined;
  const receiver = await startReceiver(await authority?.server());
  try {
    const figures = await runContestant(contestant, size, {
      environment: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${transport.tls ? 'https' : 'http'}://localhost:${receiver.port}`,
        OTEL_EXPORTER_OTLP_COMPRESSION: transport.compression,
        ...(authority === undefined ? {} : { OTEL_EXPORTER_OTLP_CERTIFICATE: authority.certFile }),
      },
    });
    const totals = await receiver.totals();
    const expected = size.warmUpRecords + size.records;
    if (totals.records !== expected) {
      throw new Error(`${contestant.label}, ${transport.title}: ${totals.records} of ${expected} records arrived`);
    }
    return figures;
  } finally {
    await receiver.stop();
    authority?.dispose();
  }
}

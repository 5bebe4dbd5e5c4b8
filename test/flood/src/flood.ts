// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { opentelemetry, startOtlpReceiver } from '@logferry-test/support';

import type { FloodEnd, FloodReport, FloodSettings } from './flood-messages.ts';

const PROGRAM: string = new URL('flood-program.ts', import.meta.url).pathname;

const { ExportLogsServiceRequest } = opentelemetry.proto.collector.logs.v1;

export interface Flood {
  readonly report: FloodReport;
  readonly end: FloodEnd;
  /** The `order.index` of each record that the receiver got, by severity number, in the order of arrival. */
  readonly received: ReadonlyMap<number, readonly number[]>;
}

/** Runs a flood against a receiver that takes connections and answers nothing before all is emitted. */
export async function runFlood(settings: Omit<FloodSettings, 'endpoint'>): Promise<Flood> {
  let answer!: () => void;
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const receiver = await startOtlpReceiver({
    respond: async () => {
      await mayAnswer;
      return { kind: 'ok' };
    },
  });
  const child = fork(PROGRAM, [JSON.stringify({ ...settings, endpoint: receiver.endpoint })], {
    // How far V8 lets young garbage grow depends on the machine's load; the same small room for all leaves what is held.
    execArgv: ['--conditions=@logferry/source', '--expose-gc', '--max-semi-space-size=8', '--no-warnings'],
  });
  try {
    const [report] = (await once(child, 'message')) as [FloodReport];
    answer();
    child.send('go on');
    const [end] = (await once(child, 'message')) as [FloodEnd];
    await once(child, 'exit');
    return { report, end, received: indexesBySeverity(receiver.requests.map(({ bytes }) => bytes)) };
  } finally {
    child.kill();
    await receiver.close();
  }
}

function indexesBySeverity(requests: readonly Uint8Array[]): Map<number, number[]> {
  const indexes = new Map<number, number[]>();
  for (const request of requests) {
    for (const { scopeLogs } of ExportLogsServiceRequest.decode(request).resourceLogs ?? []) {
      for (const { severityNumber, attributes } of (scopeLogs ?? []).flatMap(({ logRecords }) => logRecords ?? [])) {
        const severity = severityNumber ?? 0;
        const index = attributes?.find(({ key }) => key === 'order.index')?.value?.intValue;
        const found = indexes.get(severity) ?? [];
        indexes.set(severity, found);
        found.push(Number(index));
      }
    }
  }
  return indexes;
}

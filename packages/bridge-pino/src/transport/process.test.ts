// SPDX-License-Identifier: Apache-2.0

/** Pino's own worker, in processes that end in every way. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

import { type OtlpReceiver, startOtlpReceiver } from '@logferry-test/support';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { receivedRecords } from '../test-support/received-records.ts';

const APP = join(import.meta.dirname, '../../fixtures/logging-app.ts');
const BURST = 50_000;

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.close());

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

async function run(way: string, count: number, perTurn: number, start = '', options: object = {}): Promise<Ended> {
  const given = { exporterOptions: { endpoint: receiver.endpoint }, ...options };
  const child = spawn(
    process.execPath,
    ['--conditions=@logferry/source', APP, way, String(count), String(perTurn), JSON.stringify(given), start],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (output += String(chunk)));
  return await new Promise((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, output }));
  });
}

/** The sequence numbers that arrived, each once and in order. */
function arrived(): unknown[] {
  return receivedRecords(receiver).records.map(({ attributes }) => attributes['sequence']);
}

function sequence(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

test('records have the trace, the levels and the keys of the logger in the main thread', async () => {
  expect(await run('end', 1, 1)).toMatchObject({ code: 0, output: '' });
  expect(receivedRecords(receiver).records).toMatchObject([
    {
      scope: 'pino',
      body: 'order accepted',
      severityNumber: 11,
      severityText: 'notice',
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      attributes: { sequence: 0 },
    },
  ]);
});

describe(`a burst of ${BURST.toLocaleString('en-US')} records, as fast as they go, loses nothing`, () => {
  test.each<[string, string, number, number | null, string | null, string?]>([
    ['the process has nothing left to do', 'end', 250, 0, null],
    ['pino is told the module of the transport', 'end', 250, 0, null, 'target'],
    ['it is logged in one turn of the event loop', 'end', BURST, 0, null],
    ['process.exit is called', 'exit', 250, 3, null, 'target'],
    ['process.exit is called in the turn that logged it', 'exit', BURST + 1, 3, null],
    ['an exception ends the process', 'throw', 250, 1, null],
    ['the logger is flushed', 'flush', 250, null, 'SIGKILL'],
    ['one of two targets gets it', 'two targets', 250, 0, null],
  ])('when %s', async (_about, way, perTurn, code, signal, start) => {
    expect(await run(way, BURST, perTurn, start)).toMatchObject({ code, signal });
    expect(arrived()).toEqual(sequence(BURST));
  });
});

test('a missing exporter or a bad option ends the application with its name', async () => {
  const { code, output } = await run('end', 1, 1, '', { exporter: 'smtp' });
  expect(code).toBe(1);
  expect(output).toContain(`exporter must be one of 'otlp-grpc', 'otlp-http', 'file'; it is "smtp"`);
});

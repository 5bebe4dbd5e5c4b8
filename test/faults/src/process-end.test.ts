// SPDX-License-Identifier: Apache-2.0
import { type OtlpReceiver, startOtlpReceiver } from '@logferry-test/support';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { recordNumbers } from './pipeline.ts';
import type { ApplicationOptions } from './programs/application.ts';

interface End {
  readonly code: number | null;
  readonly signal: string | null;
  /** What it said after `ready`. */
  readonly lines: readonly string[];
}

/** Runs the application to its end. @param onReady called when it has emitted all records. */
async function runApplication(
  options: ApplicationOptions,
  onReady: (kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<End> {
  const program = fileURLToPath(new URL('./programs/application.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@logferry/source', '--no-warnings', program, JSON.stringify(options)],
    { stdio: ['ignore', 'pipe', 'ignore'], timeout: 20_000, killSignal: 'SIGKILL' },
  );
  const closed = once(child, 'close');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') onReady((signal) => void child.kill(signal));
    else lines.push(line);
  }
  const [code, signal] = (await closed) as [number | null, string | null];
  return { code, signal, lines };
}

/** A receiver that takes its time, so that a signal comes in the middle of a send. */
async function slowReceiver(): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver({ respond: () => ({ kind: 'ok', delayMillis: 100 }) });
  onTestFinished(() => receiver.close());
  return receiver;
}

async function portOfNobody(): Promise<number> {
  const receiver = await startOtlpReceiver();
  await receiver.close();
  return receiver.port;
}

function arrived({ requests }: OtlpReceiver): number[] {
  return requests.flatMap(({ bytes }) => recordNumbers(bytes));
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

describeFault('SIGTERM or SIGINT in mid-flush', () => {
  test.each(SIGNALS)('%s: every record arrives once, and the process dies of the signal', async (signal) => {
    const receiver = await slowReceiver();
    const end = runApplication(
      { destination: { endpoint: receiver.endpoint }, flushOn: SIGNALS, records: 45, end: 'runs' },
      (kill) => void receiver.waitForRequests(1).then(() => kill(signal)),
    );
    expect(await end).toEqual({ code: null, signal, lines: [] });
    expect(arrived(receiver)).toEqual(upTo(45));
  });

  test.each(SIGNALS)('%s while the destination is down: what is lost is counted, exactly', async (signal) => {
    const startMillis = performance.now();
    const end = await runApplication(
      {
        destination: { endpoint: `http://127.0.0.1:${await portOfNobody()}` },
        isDown: true,
        flushOn: SIGNALS,
        records: 45,
        end: 'runs',
      },
      (kill) => kill(signal),
    );
    expect(end).toEqual({ code: null, signal, lines: ['dropped 45 shutdown'] });
    expect(performance.now() - startMillis).toBeLessThan(10_000);
  });

  test("the application's own handler decides about the end and the exit code", async () => {
    const receiver = await slowReceiver();
    const end = await runApplication(
      {
        destination: { endpoint: receiver.endpoint },
        flushOn: [...SIGNALS, 'beforeExit'],
        records: 45,
        end: 'runs',
        ownHandler: true,
      },
      (kill) => void receiver.waitForRequests(1).then(() => kill('SIGTERM')),
    );
    expect(end).toEqual({
      code: 3,
      signal: null,
      lines: ['at exit: {"emitted":45,"delivered":45,"queued":0,"shutdown":0}'],
    });
    expect(arrived(receiver)).toEqual(upTo(45));
  });
});

describeFault('the process ends by itself', () => {
  test('nothing is left to do: every record arrives, the exit code stays', async () => {
    const receiver = await slowReceiver();
    const end = await runApplication({
      destination: { endpoint: receiver.endpoint },
      flushOn: ['beforeExit'],
      records: 45,
      end: 'ends',
    });
    expect(end).toEqual({
      code: 7,
      signal: null,
      lines: ['at exit: {"emitted":45,"delivered":45,"queued":0,"shutdown":0}'],
    });
    expect(arrived(receiver)).toEqual(upTo(45));
  });

  test('process.exit: no network destination can be reached any more, and every record is accounted for', async () => {
    const port = await portOfNobody();
    const end = await runApplication({
      destination: { endpoint: `http://127.0.0.1:${port}` },
      isDown: true,
      flushOn: ['exit'],
      records: 45,
      end: 'exits',
    });
    expect(end).toEqual({
      code: 4,
      signal: null,
      lines: ['dropped 45 shutdown', 'at exit: {"emitted":45,"delivered":0,"queued":0,"shutdown":45}'],
    });
  });

  test('an exception that nobody catches: the same, and the process fails as it would without us', async () => {
    const port = await portOfNobody();
    const end = await runApplication({
      destination: { endpoint: `http://127.0.0.1:${port}` },
      isDown: true,
      flushOn: ['uncaughtExceptionMonitor', 'exit'],
      records: 45,
      end: 'throws',
    });
    expect(end).toMatchObject({ code: 1, signal: null });
    expect(end.lines).toContain('at exit: {"emitted":45,"delivered":0,"queued":0,"shutdown":45}');
  });

  test.each([
    ['process.exit', 'exits', 4],
    ['an exception that nobody catches', 'throws', 1],
  ] as const)('%s, with the exporter in a worker: every record arrives', async (_name, end, code) => {
    const receiver = await slowReceiver();
    const ended = await runApplication({
      destination: { endpoint: receiver.endpoint },
      flushOn: ['uncaughtExceptionMonitor', 'exit'],
      records: 45,
      end,
      worker: true,
    });
    expect(ended).toEqual({
      code,
      signal: null,
      lines: ['at exit: {"emitted":45,"delivered":45,"queued":0,"shutdown":0}'],
    });
    expect(arrived(receiver)).toEqual(upTo(45));
  });

  test.each([
    ['process.exit', 'exits', 4],
    ['an exception that nobody catches', 'throws', 1],
  ] as const)('%s, with a file as destination: every record is in it', async (_name, end, code) => {
    const directory = mkdtempSync(join(tmpdir(), 'logferry-end-'));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const path = join(directory, 'last-words.jsonl');
    const ended = await runApplication({
      destination: { path },
      flushOn: ['uncaughtExceptionMonitor', 'exit'],
      records: 45,
      end,
    });
    expect(ended).toEqual({
      code,
      signal: null,
      lines: ['at exit: {"emitted":45,"delivered":45,"queued":0,"shutdown":0}'],
    });
    const numbers = readFileSync(path, 'utf8').matchAll(/"key":"number","value":\{"intValue":"(\d+)"\}/g);
    expect([...numbers].map(([, number]) => Number(number))).toEqual(upTo(45));
  });
});

// SPDX-License-Identifier: Apache-2.0
/** What each of our exporters delivers at each end of a process, behind `flushOn`, to real destinations. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { logBodies, startOtlpReceiver } from '@logferry-test/support';
import { describe, expect, it } from 'vitest';

const PROGRAM = fileURLToPath(new URL('ending-program.ts', import.meta.url));

const ENDS = {
  'natural end': { code: 0, signal: null },
  'process.exit': { code: 3, signal: null },
  exception: { code: 1, signal: null },
  SIGTERM: { code: null, signal: 'SIGTERM' },
  SIGINT: { code: null, signal: 'SIGINT' },
} as const;

type End = keyof typeof ENDS;

const numbered = (count: number): string[] => Array.from({ length: count }, (_, index) => `r${index}`);

/** Runs the program to its end. `found` is what it wrote to stdout. */
async function ending(kind: string, end: End, target = '') {
  const child = spawn(
    process.execPath,
    ['--conditions=@logferry/source', '--no-warnings', PROGRAM, kind, end, target],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    },
  );
  const closed = once(child, 'close');
  const [found, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code, signal] = await closed;
  const counts = /^counts (.*)$/m.exec(errors)?.[1];
  return { how: { code, signal }, found, counts: counts === undefined ? undefined : JSON.parse(counts) };
}

/** A signal brings about no `exit` event: there the last record, and the counts, are missing. */
function expected(end: End): { readonly bodies: string[]; readonly counts: object | undefined } {
  const isSignal = ENDS[end].signal !== null;
  const records = isSignal ? 2010 : 2011;
  const counts = isSignal ? undefined : { emitted: records, delivered: records, queued: 0, lost: 0 };
  return { bodies: numbered(records), counts };
}

describe.each(Object.keys(ENDS) as End[])('at the end by %s, everything arrives once and in order', (end) => {
  it('on stdout', async () => {
    const { how, found, counts } = await ending('console', end);
    const bodies = found
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).body);
    expect({ how, bodies, counts }).toEqual({ how: ENDS[end], ...expected(end) });
  });

  it('in a rotating file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'logferry-ending-'));
    try {
      const path = join(folder, 'app.jsonl');
      const { how, counts } = await ending('file', end, path);
      const bodies = [...readFileSync(path, 'utf8').matchAll(/"body":\{"stringValue":"(r\d+)"\}/g)].map(
        ([, body]) => body,
      );
      expect({ how, bodies, counts }).toEqual({ how: ENDS[end], ...expected(end) });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('at an OTLP receiver, through a worker', async () => {
    const receiver = await startOtlpReceiver();
    try {
      const { how, counts } = await ending('worker', end, receiver.endpoint);
      const bodies = receiver.requests.flatMap(({ bytes }) => logBodies(bytes));
      // Several requests are under way at a time, so they may arrive in another order.
      const sorted = bodies.toSorted((one, other) => Number(one.slice(1)) - Number(other.slice(1)));
      expect({ how, bodies: sorted, counts }).toEqual({ how: ENDS[end], ...expected(end) });
    } finally {
      await receiver.close();
    }
  });
});

describe('OTLP without a worker', () => {
  it.each(['natural end', 'SIGTERM', 'SIGINT'] as const)(
    'delivers what was logged before the end by %s',
    async (end) => {
      const receiver = await startOtlpReceiver();
      try {
        const { how, counts } = await ending('grpc', end, receiver.endpoint);
        expect(how).toEqual(ENDS[end]);
        expect(receiver.stats().acceptedRecords).toBe(2010);
        // What is logged on exit can't be delivered, and is counted.
        expect(counts).toEqual(
          end === 'natural end' ? { emitted: 2011, delivered: 2010, queued: 0, lost: 1 } : undefined,
        );
      } finally {
        await receiver.close();
      }
    },
  );

  it.each(['process.exit', 'exception'] as const)('counts what it can not deliver at the end by %s', async (end) => {
    const { how, counts } = await ending('grpc', end, 'http://127.0.0.1:1');
    expect(how).toEqual(ENDS[end]);
    expect(counts).toEqual({ emitted: 2011, delivered: 0, queued: 0, lost: 2011 });
  });
});

// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const PACKAGE_FOLDER: string = new URL('../..', import.meta.url).pathname;

/**
 * What every program has. `PrintingExporter` prints what it delivers; a send takes `millis`, and its outcome is `outcome`.
 * `SyncExporter` can also deliver synchronously.
 */
const PRELUDE = `
  import { diag } from '@opentelemetry/api';
  import { writeSync } from 'node:fs';
  import { BatchingLogRecordProcessor } from './src/index.ts';
  import { ManualClock, testRecord } from '@logferry/core/testing';
  import { RecordExporter } from './src/test-doubles/record-exporter.ts';
  import { ScriptedExporter } from './src/test-doubles/scripted-exporter.ts';
  const emit = (processor, body) => processor.onEmit(testRecord({ body }));
  const print = (line) => void writeSync(1, line + '\\n');
  const printDiagnostics = () =>
    diag.setLogger({ error: print, warn: print, info() {}, debug() {}, verbose() {} }, { suppressOverrideMessage: true });
  const down = { kind: 'retryable', reason: 'down' };
  class PrintingExporter extends ScriptedExporter {
    constructor(millis = 0, outcome = { kind: 'delivered', rejectedCount: 0 }) {
      super({ answer: (send) => {
        setTimeout(() => {
          if (send.isSettled) return;
          if (outcome.kind === 'delivered') print('delivered ' + send.batch.bodies);
          send.settle(outcome);
        }, millis).unref();
      } });
    }
  }
  class SyncExporter extends PrintingExporter {
    sendSync(batches) {
      return batches.map((batch) => {
        print('delivered at once ' + batch.bodies);
        return { kind: 'delivered', rejectedCount: 0 };
      });
    }
  }
  const idle = () => { setInterval(() => {}, 1000); print('ready'); };
  const printStats = (processor) => {
    const { emitted, delivered, queued, dropped } = processor.stats();
    const lost = Object.entries(dropped).filter(([, count]) => count > 0).map(([reason, count]) => count + ' ' + reason);
    print([emitted + ' emitted', delivered + ' delivered', queued + ' queued', ...lost].join(', '));
  };
`;

/** How a process ended, and what it wrote to stdout, line by line. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: string | null;
  readonly lines: readonly string[];
  readonly errors: string;
  readonly millis: number;
}

/** A signal that the program is sent, `afterMillis` after it has printed `ready`. */
export interface SentSignal {
  readonly signal: 'SIGTERM' | 'SIGINT';
  readonly afterMillis?: number;
}

/**
 * Runs a program in a process of its own until it ends; after 20 s it is killed. It is sent the signals, in their order,
 * once it has printed `ready`; that line is left out.
 */
export async function runProgram(source: string, ...signals: readonly SentSignal[]): Promise<ProgramEnd> {
  const startMillis = performance.now();
  const child = spawn(
    process.execPath,
    ['--conditions=@logferry/source', '--no-warnings', '--input-type=module', '--eval', PRELUDE + source],
    { cwd: PACKAGE_FOLDER, stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000, killSignal: 'SIGKILL' },
  );
  const closed = once(child, 'close');
  const errors = text(child.stderr);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== 'ready') lines.push(line);
    else for (const { signal, afterMillis } of signals) setTimeout(() => child.kill(signal), afterMillis ?? 0);
  }
  const [code, signal] = (await closed) as [number | null, string | null];
  return { code, signal, lines, errors: await errors, millis: performance.now() - startMillis };
}

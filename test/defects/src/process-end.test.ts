// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { defect } from './contenders.ts';

const run = promisify(execFile);

const FOLDER: string = new URL('..', import.meta.url).pathname;

/** Runs a program that has the classes of a contender, to its natural end. @returns what it printed, line by line. */
async function program(isOurs: boolean, line: string, source: string): Promise<readonly string[]> {
  const sdk = line.endsWith('3.x') ? '@opentelemetry/sdk-logs' : '@logferry-test/sdk-0.2xx';
  const prelude = `
    import { BatchLogRecordProcessor } from '${sdk}';
    import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
    import { testRecord } from '@logferry/core/testing';
    import { writeSync } from 'node:fs';
    const print = (line) => void writeSync(1, line + '\\n');
    const batching = (exporter, options, ours) =>
      ${isOurs} ? new BatchingLogRecordProcessor(exporter, { ...options, ...ours }) : new BatchLogRecordProcessor({ exporter, ...options });
    class Exporter {
      constructor(answer) { this.answer = answer; }
      export(records, done) { this.answer(records.map((record) => record.body), done); }
      async forceFlush() {}
      async shutdown() {}
    }
  `;
  const nodeArguments = ['--conditions=@logferry/source', '--no-warnings', '--input-type=module', '--eval'];
  const { stdout } = await run(process.execPath, [...nodeArguments, prelude + source], {
    cwd: FOLDER,
    timeout: 20_000,
  });
  return stdout.split('\n').filter((text) => text !== '');
}

defect(
  '6: the natural end of the process loses the queue',
  async ({ isOurs, name }) =>
    await program(
      isOurs,
      name,
      `
      const exporter = new Exporter((bodies, done) => {
        print('delivered ' + bodies);
        done({ code: 0 });
      });
      batching(exporter, {}, { flushOn: ['beforeExit'] }).onEmit(testRecord({ body: 'last words' }));
      process.on('exit', (code) => print('exit ' + code));
      `,
    ),
  { official: ['exit 0'], ours: ['delivered last words', 'exit 0'] },
);

defect(
  '8: the timer of an export that hangs holds the process',
  async ({ isOurs, name }) =>
    await program(
      isOurs,
      name,
      `
      const exporter = new Exporter(() => print('exported'));
      batching(exporter, { maxExportBatchSize: 1, exportTimeoutMillis: 2000 }).onEmit(testRecord({ body: 'hangs' }));
      const startMillis = performance.now();
      process.on('exit', () => print(performance.now() - startMillis >= 1900 ? 'held' : 'not held'));
      `,
    ),
  { official: ['exported', 'held'], ours: ['exported', 'not held'] },
);

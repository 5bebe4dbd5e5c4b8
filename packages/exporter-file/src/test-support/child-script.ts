// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';

const EXPORTER = new URL('../rotating-file-log-record-exporter.ts', import.meta.url).href;
const LINES = new URL('./encoded-lines.ts', import.meta.url).href;

/**
 * Runs JavaScript in a process of its own, or in a worker thread of one, with `RotatingFileLogRecordExporter`,
 * `linesBatch` and `numberedLines` at hand.
 *
 * @returns what it printed, also when it was killed by a signal.
 */
export async function runScript(body: string, where: 'process' | 'worker' = 'process'): Promise<string> {
  const script = `
    import { RotatingFileLogRecordExporter } from ${JSON.stringify(EXPORTER)};
    import { linesBatch, numberedLines } from ${JSON.stringify(LINES)};
    ${body}
  `;
  const url = `data:text/javascript,${encodeURIComponent(script)}`;
  const started =
    where === 'process'
      ? script
      : `import { Worker } from 'node:worker_threads'; new Worker(new URL(${JSON.stringify(url)}));`;
  const args = ['--conditions=@logferry/source', '--input-type=module', '--eval', started];
  return await new Promise((resolve, reject) => {
    execFile(process.execPath, args, (error, stdout, stderr) => {
      if (error !== null && typeof error.signal !== 'string') reject(new Error(stderr));
      else resolve(stdout);
    });
  });
}

// SPDX-License-Identifier: Apache-2.0

/** Takes rights away from its own log directory and gives them back. Prints what became of each send or rotation. */
import { testRecord } from '@logferry/core/testing';
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

const [directory = '', what = ''] = process.argv.slice(2);
const logs = join(directory, what);
mkdirSync(logs);
const exporter = new RotatingFileLogRecordExporter({
  path: join(logs, 'orders.jsonl'),
  format: ({ body }) => String(body),
});

async function send(body: number): Promise<void> {
  const encoder = exporter.createEncoder();
  encoder.append(testRecord({ body }));
  const batch = encoder.take();
  if (batch === undefined) throw new Error('nothing was encoded');
  const outcome = await exporter.send(batch, new AbortController().signal);
  console.log(outcome.kind === 'retryable' ? outcome.reason.replace(directory, '') : outcome.kind);
}

if (what === 'permission') {
  await send(1);
  chmodSync(logs, 0o500);
  console.log('rotated', await exporter.rotate());
  await send(2);
  chmodSync(logs, 0o700);
  console.log('rotated', await exporter.rotate());
  chmodSync(logs, 0o500);
  await send(3);
  chmodSync(logs, 0o700);
  await send(3);
} else {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    // No descriptor is left.
  }
  await send(1);
  for (const fd of taken) closeSync(fd);
  await send(1);
}
await exporter.shutdown();
console.log(JSON.stringify(exporter.stats().failures));

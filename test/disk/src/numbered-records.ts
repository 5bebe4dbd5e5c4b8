// SPDX-License-Identifier: Apache-2.0
import type { SendOutcome } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An exporter of flat JSON to `orders.jsonl` in a directory, which is shut down after the test. */
export function exporterIn(
  directory: string,
  options: Partial<RotatingFileOptions> = {},
): RotatingFileLogRecordExporter {
  const exporter = new RotatingFileLogRecordExporter({
    path: join(directory, 'orders.jsonl'),
    format: 'json',
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

/** Sends records of about a kilobyte each, with the numbers from `first` on, as one batch. */
export async function send(
  exporter: RotatingFileLogRecordExporter,
  first: number,
  count: number,
): Promise<SendOutcome> {
  const encoder = exporter.createEncoder();
  for (let n = first; n < first + count; n += 1) {
    encoder.append(testRecord({ body: 'x'.repeat(850), attributes: { n } }));
  }
  const batch = encoder.take();
  if (batch === undefined) throw new Error('nothing was encoded');
  return await exporter.send(batch, new AbortController().signal);
}

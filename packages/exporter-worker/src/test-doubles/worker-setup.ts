// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { WorkerLogRecordExporter, type WorkerOptions } from '../index.ts';
import { ScriptedExporter, type ScriptedOptions } from './scripted-exporter.ts';

export interface ScriptedWorker {
  readonly exporter: WorkerLogRecordExporter<ScriptedOptions>;
  /** A path in a directory that goes away with the test. */
  file(name: string): string;
  /** What was delivered, in order. */
  delivered(): string[];
}

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-worker-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A scripted exporter in a worker, shut down when the test ends. */
export function scriptedWorker(
  options: Partial<ScriptedOptions> = {},
  workerOptions: WorkerOptions = {},
): ScriptedWorker {
  const directory = temporaryDirectory();
  const journal = join(directory, 'journal');
  const exporter = new WorkerLogRecordExporter(
    ScriptedExporter,
    { journal, ...options },
    { initialRestartDelayMillis: 1, shutdownTimeoutMillis: 2000, ...workerOptions },
  );
  onTestFinished(() => exporter.shutdown().catch(() => {}));
  return {
    exporter,
    file: (name) => join(directory, name),
    delivered: () => (existsSync(journal) ? readFileSync(journal, 'utf8').split('\n').slice(0, -1) : []),
  };
}

/** One batch of the exporter's own encoder. */
export function encoded({ exporter }: ScriptedWorker, ...texts: readonly string[]): EncodedBatch {
  const encoder = exporter.createEncoder();
  for (const body of texts) encoder.append(testRecord({ body }));
  const batch = encoder.take();
  if (batch === undefined) throw new Error('no text');
  return batch;
}

export function never(): AbortSignal {
  return new AbortController().signal;
}

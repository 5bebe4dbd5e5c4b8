// SPDX-License-Identifier: Apache-2.0
import type { SendOutcome } from '@logferry/core';
import { onTestFinished } from 'vitest';

import type { FilePort } from '../file-port.ts';
import type { RotatingFileOptions } from '../options.ts';
import { RotatingFileLogRecordExporter } from '../rotating-file-log-record-exporter.ts';
import { linesBatch } from './encoded-lines.ts';

/** An exporter that is shut down after the test. */
export function fileExporter(options: RotatingFileOptions, port?: FilePort): RotatingFileLogRecordExporter {
  const exporter = new RotatingFileLogRecordExporter(options, port);
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

/** A signal that is never aborted. */
export function noAbort(): AbortSignal {
  return new AbortController().signal;
}

/** Sends lines as one batch. */
export async function sendLines(
  exporter: RotatingFileLogRecordExporter,
  lines: readonly string[],
): Promise<SendOutcome> {
  return await exporter.send(linesBatch(lines), noAbort());
}

// SPDX-License-Identifier: Apache-2.0
import type { Logger, LoggerOptions } from 'pino';

import { makeRecord, SEVERITY_WARN } from '../records/records.ts';

/** No process id and host name on each line: the other contestants write none either. */
export const PINO_OPTIONS: LoggerOptions = { base: null };

/** Logs record number `sequence` as a pino user writes it: `info(attributes, message)`. */
export function logWithPino(logger: Logger, sequence: number): void {
  const record = makeRecord(sequence);
  if (record.severityNumber === SEVERITY_WARN) logger.warn(record.attributes, record.body);
  else logger.info(record.attributes, record.body);
}

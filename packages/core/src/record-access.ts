// SPDX-License-Identifier: Apache-2.0
import type { LogRecordProcessor } from './record-types.ts';

/** What a processor may say about itself beside what the SDK's interface asks for. */
export interface RecordReader {
  /**
   * True: it never changes a record that it is given, nor lets another do so, and keeps no reference to it. It can then be
   * given a record that others get as well.
   */
  readonly readsRecordsOnly: boolean;
}

/** Whether a processor says that it only reads records; see `RecordReader`. */
export function readsRecordsOnly(processor: LogRecordProcessor): boolean {
  return (processor as Partial<RecordReader>).readsRecordsOnly === true;
}

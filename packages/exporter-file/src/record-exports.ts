// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  type EncodingLogRecordExporter,
  type ExportResult,
  exportRecords,
  LogferryError,
  type ReadableLogRecord,
  withinDeadline,
} from '@logferry/core';

/** The time of one export; the specification's default for processors, which don't cancel what they give up on. */
const EXPORT_TIMEOUT_MILLIS = 30_000;

/** How long a cancelled export may go on: until its write returns. */
const CANCEL_GRACE_MILLIS = 1_000;

/** The `export` calls under way, which hold records that are in no queue yet. */
export class RecordExports {
  readonly #clock: Clock;
  readonly #open = new Set<Promise<ExportResult>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Exports records through `target`. Never rejects. */
  async run(
    target: Pick<EncodingLogRecordExporter, 'createEncoder' | 'send'>,
    records: readonly ReadableLogRecord[],
  ): Promise<ExportResult> {
    const running = this.#runWithinTime(target, records);
    this.#open.add(running);
    const result = await running;
    this.#open.delete(running);
    return result;
  }

  /** Resolves when every export that has begun has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#open);
  }

  async #runWithinTime(
    target: Pick<EncodingLogRecordExporter, 'createEncoder' | 'send'>,
    records: readonly ReadableLogRecord[],
  ): Promise<ExportResult> {
    const timeout = new AbortController();
    const timer = this.#clock.setTimer(() => timeout.abort(), EXPORT_TIMEOUT_MILLIS);
    const limitMillis = EXPORT_TIMEOUT_MILLIS + CANCEL_GRACE_MILLIS;
    const result = await withinDeadline(exportRecords(target, records, timeout.signal), limitMillis, this.#clock);
    timer.cancel();
    if (result.kind === 'settled') return result.value;
    return {
      code: 1,
      error: new LogferryError('DEADLINE_EXCEEDED', `an export did not end within ${limitMillis} ms`),
    };
  }
}

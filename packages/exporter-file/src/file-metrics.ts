// SPDX-License-Identifier: Apache-2.0
import { componentAttributes } from '@logferry/core';
import type { Attributes, Counter, Histogram, MeterProvider } from '@opentelemetry/api';

import type { RotationReason } from './file-names.ts';

/** Why records that a processor had handed over were given up. */
export type DropReason = 'already_shutdown' | 'buffer_full' | 'write_failed';

const SCOPE = '@logferry/exporter-file';
const COMPONENT_TYPE = 'logferry_rotating_file_log_exporter';
const MILLIS_PER_SECOND = 1_000;

interface Instruments {
  readonly attributes: Attributes;
  readonly records: Counter;
  readonly bytes: Counter;
  readonly rotations: Counter;
  readonly dropped: Counter;
  readonly compressions: Histogram;
  readonly syncs: Histogram;
}

/** The metrics of one exporter. Without a meter provider nothing is recorded. */
export class FileMetrics {
  readonly #instruments: Instruments | undefined;
  readonly #drops = new Map<string, number>();

  constructor(provider: MeterProvider | undefined) {
    this.#instruments = provider === undefined ? undefined : instrumentsOf(provider);
  }

  /** Lines were written whole. */
  wrote(records: number, bytes: number): void {
    const instruments = this.#instruments;
    if (instruments === undefined || bytes === 0) return;
    instruments.records.add(records, instruments.attributes);
    instruments.bytes.add(bytes, instruments.attributes);
  }

  rotated(reason: RotationReason): void {
    this.#instruments?.rotations.add(1, this.#with({ 'logferry.rotation.reason': reason }));
  }

  /** A rotated file was compressed or archived, or could not be. */
  archived(millis: number, errorType: string | undefined): void {
    const attributes = errorType === undefined ? {} : { 'error.type': errorType };
    this.#instruments?.compressions.record(millis / MILLIS_PER_SECOND, this.#with(attributes));
  }

  synced(millis: number, errorType: string | undefined): void {
    const attributes = errorType === undefined ? {} : { 'error.type': errorType };
    this.#instruments?.syncs.record(millis / MILLIS_PER_SECOND, this.#with(attributes));
  }

  dropped(reason: DropReason, records: number): void {
    this.#drops.set(reason, (this.#drops.get(reason) ?? 0) + records);
    this.#instruments?.dropped.add(records, this.#with({ 'error.type': reason }));
  }

  /** Records given up, by reason. */
  drops(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#drops);
  }

  #with(attributes: Attributes): Attributes {
    return { ...this.#instruments?.attributes, ...attributes };
  }
}

function instrumentsOf(provider: MeterProvider): Instruments {
  const meter = provider.getMeter(SCOPE);
  return {
    attributes: { ...componentAttributes(COMPONENT_TYPE) },
    records: meter.createCounter('logferry.exporter.file.written.records', {
      unit: '{log_record}',
      description: 'Log records in lines that were written whole',
    }),
    bytes: meter.createCounter('logferry.exporter.file.written.bytes', {
      unit: 'By',
      description: 'Bytes of lines that were written whole',
    }),
    rotations: meter.createCounter('logferry.exporter.file.rotations', {
      unit: '{rotation}',
      description: 'Rotations of the current file, by reason',
    }),
    dropped: meter.createCounter('logferry.exporter.file.dropped', {
      unit: '{log_record}',
      description: 'Log records given up, by reason',
    }),
    compressions: meter.createHistogram('logferry.exporter.file.archive.duration', {
      unit: 's',
      description: 'Time to compress and archive one rotated file, off the main thread',
    }),
    syncs: meter.createHistogram('logferry.exporter.file.fsync.duration', {
      unit: 's',
      description: 'Time of one fsync',
    }),
  };
}

// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, EncodedLine, RecordLines } from './batch-encoder.ts';
import type { EncodingLogRecordExporter } from './exporter.ts';

/** An exporter class whose sending can live in a worker thread, while its encoder stays with the application. */
export interface WorkerReadyExporter<Options extends object> {
  new (options: Options): EncodingLogRecordExporter;
  readonly workerSupport: WorkerSupport<Options>;
}

/** What an exporter class says about itself so that it can be made in another thread. */
export interface WorkerSupport<Options extends object> {
  /** URL of a module that exports the class: the worker imports it. */
  readonly moduleUrl: string;

  /** The name under which that module exports the class. */
  readonly exportName: string;

  /**
   * Checks every option as the constructor does, and opens neither a connection nor the destination.
   * @throws LogferryError as the constructor would.
   */
  prepare(options: Options): PreparedExporter<Options>;

  /** A batch of this exporter's encoder again, from its parts, in the thread that received them. */
  restoreBatch(parts: BatchParts): EncodedBatch;
}

/** An exporter whose options are checked, and which is not made yet. */
export interface PreparedExporter<Options extends object> {
  /** What the constructor is given in the worker, each time that one is started. Relative paths are made absolute. */
  readonly options: Options;

  /**
   * Paths of options, such as `headers` or `retry.onGiveUp`, that may be functions: the worker calls them through messages,
   * so that they run in the application's thread. What they return is awaited, or not used.
   */
  readonly callbacks: readonly string[];

  readonly maxConcurrentSends: number;

  /** An encoder whose batches lie in SharedArrayBuffers where it can: the worker then reads them without a copy. */
  createEncoder(): BatchEncoder;
}

/** What a batch is made of, as a message can carry it. */
export interface BatchParts {
  readonly bytes: Uint8Array;
  readonly recordCount: number;
  /** Of a batch of lines, with whatever else the encoder says about each line. */
  readonly lines: readonly EncodedLine[] | RecordLines | undefined;
}

// SPDX-License-Identifier: Apache-2.0
import { isLogferryError, LogferryError, type LogRecordProcessor } from '@logferry/core';
import type { FilterChanges } from '@logferry/processor-fanout';
import type { LoggerProvider } from '@opentelemetry/sdk-logs';

import type { LogPipelineOptions } from '../options.ts';
import { diagnostics } from './pipeline-diagnostics.ts';
import { PipelineFront } from './pipeline-front.ts';
import { PipelineHooks } from './pipeline-hooks.ts';
import { buildLayout, type PipelineLayout } from './pipeline-layout.ts';
import type { LogDestinationStats, LogPipelineStats } from './pipeline-stats.ts';
import { QueueHistory } from './queue-history.ts';
import { listenForReload } from './reload-signal.ts';
import { sameOptions } from './same-options.ts';
import { makeLoggerProvider } from './sdk-line.ts';

/** What a running pipeline keeps until its end, because the SDK or the fan-out has taken it. */
const LASTING = ['resource', 'limits', 'flushTimeoutMillis', 'shutdownTimeoutMillis', 'reload'] as const;

/**
 * Builds a pipeline: destinations, their queues, redaction and filters, ready for the processors of an official provider.
 *
 * Exporters that the options name by type are loaded now, by `require`. When a part can't be built, everything that was opened is
 * shut down again, also exporters and processors that were given as instances.
 *
 * @throws LogferryError `INVALID_OPTION`, `UNUSABLE_FILE`, or `MISSING_PACKAGE` with the command that installs the package.
 */
export function createLogPipeline(options: LogPipelineOptions): LogPipeline {
  return new LogPipeline(options);
}

/** A pipeline; see `createLogPipeline`. */
export class LogPipeline implements AsyncDisposable {
  readonly #hooks = new PipelineHooks();
  readonly #front = new PipelineFront(this);
  readonly #histories = new Map<string, QueueHistory>();
  readonly #removed = new QueueHistory();
  readonly #stopListening: () => void;
  #layout: PipelineLayout;
  #filteredBefore = 0;
  #reloads = { succeeded: 0, failed: 0 };
  #lastReload: Promise<void> = Promise.resolve();
  #shutdown: Promise<void> | undefined;

  /** Use `createLogPipeline`. */
  constructor(options: LogPipelineOptions) {
    this.#layout = buildLayout(options, this.#hooks);
    this.#hooks.use(options);
    this.#front.next = this.#layout.head;
    this.#stopListening = listenForReload(options.reload?.signal, () => this.reload());
  }

  /** For `new LoggerProvider({ processors: pipeline.processors })`, of either line of the SDK. The same after a reload. */
  get processors(): LogRecordProcessor[] {
    return [this.#front];
  }

  /**
   * A provider of the SDK that the application has installed, with the processors, resource and limits of the pipeline. It is
   * not made the global one.
   * @throws LogferryError `MISSING_PACKAGE`
   */
  createLoggerProvider(): LoggerProvider {
    return makeLoggerProvider(this.processors, this.#layout.options);
  }

  /**
   * Changes levels and filters of destinations, until the next reload; see `FanOutLogRecordProcessor.update`.
   * @throws LogferryError `INVALID_OPTION`, and nothing changes.
   */
  update(changes: Readonly<Record<string, FilterChanges>>): void {
    const { fanOut } = this.#layout;
    if (fanOut === undefined) throw new LogferryError('INVALID_OPTION', 'there are no destinations to change');
    fanOut.update(changes);
  }

  /**
   * Goes on with other options: those that are given, or those of `reload.source`. Destinations whose options are the same, but
   * for their filters, stay as they are; others are built anew, take over between two records, and what they replace is
   * flushed and shut down. Reloads run one after the other.
   *
   * Resource, limits, the timeouts of flush and shutdown, and `reload` itself stay as they are.
   *
   * @returns a promise that resolves when what was replaced has ended. It rejects with a LogferryError, and the pipeline stays as
   *   it is, when the options are bad (as `createLogPipeline` throws), `ALREADY_SHUTDOWN`, and with whatever the source throws.
   */
  reload(options?: LogPipelineOptions): Promise<void> {
    const done = this.#lastReload.then(async () => await this.#reload(options));
    this.#lastReload = done.catch(() => {});
    return done;
  }

  /**
   * Exports everything that was emitted before. Rejects with a LogferryError: `DESTINATION_FAILED` with the names of those that
   * failed, when all others are done; `DEADLINE_EXCEEDED`.
   */
  async forceFlush(...options: Parameters<LogRecordProcessor['forceFlush']>): Promise<void> {
    await this.#layout.fanOut?.forceFlush(...options);
  }

  /** Takes no records any more, exports what is queued, and shuts all destinations down. Never rejects. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  /** Counts of this moment. */
  stats(): LogPipelineStats {
    const { destinations, fanOut, gate, redaction } = this.#layout;
    const filters = fanOut?.stats().destinations ?? {};
    const each = Object.entries(filters).map(([name, counts]): [string, LogDestinationStats] => {
      const built = destinations.get(name);
      const queue = this.#histories.get(name)?.stats(built?.queue?.stats()) ?? built?.queue?.stats();
      const end = statsOf(built?.end);
      return [
        name,
        {
          filters: counts,
          ...(queue !== undefined && { queue }),
          ...(built?.redaction !== undefined && { redaction: built.redaction.stats() }),
          ...(end !== undefined && { end }),
        },
      ];
    });
    const removedQueues = this.#removed.stats(undefined);
    return {
      destinations: Object.fromEntries(each),
      filteredByLogger: this.#filteredBefore + (gate?.filtered ?? 0),
      ...(redaction !== undefined && { redaction: redaction.stats() }),
      ...(removedQueues !== undefined && { removedQueues }),
      reloads: { ...this.#reloads },
    };
  }

  async #reload(given: LogPipelineOptions | undefined): Promise<void> {
    let done: Promise<void>;
    try {
      if (this.#shutdown !== undefined)
        throw new LogferryError('ALREADY_SHUTDOWN', 'the pipeline is already shut down');
      done = this.#replace(given ?? this.#source());
    } catch (error) {
      this.#reloads.failed += 1;
      const reason = isLogferryError(error) ? error.message : 'reload.source threw';
      diagnostics.error(`reload:${reason}`, `the running pipeline stays, because the new one can't be used: ${reason}`);
      throw error;
    }
    this.#reloads.succeeded += 1;
    diagnostics.info('reloaded', 'the pipeline was reloaded');
    await done;
  }

  #source(): LogPipelineOptions {
    const source = this.#layout.options.reload?.source;
    if (typeof source === 'function') return source();
    throw new LogferryError('INVALID_OPTION', 'reload needs options, or the option reload.source');
  }

  /** Swaps the layouts between two records. @returns the end of what was replaced. */
  #replace(options: LogPipelineOptions): Promise<void> {
    const before = this.#layout;
    let end = (_done: Promise<void>): void => {};
    const ended = new Promise<void>((resolve) => {
      end = (done) => resolve(done);
    });
    const lasting = Object.fromEntries(LASTING.map((name) => [name, before.options[name]]));
    const stays = LASTING.filter((name) => !sameOptions(options[name], before.options[name]) && name !== 'reload');
    let replaced: Promise<void> | undefined;
    const next = buildLayout({ ...options, ...lasting }, this.#hooks, {
      layout: before,
      ended,
      replaced(done) {
        replaced = done;
      },
    });
    // From here on nothing can fail.
    this.#hooks.use(options);
    this.#layout = next;
    this.#front.next = next.head;
    this.#filteredBefore += before.gate?.filtered ?? 0;
    // Without destinations the fan-out is gone as a whole.
    const done = replaced ?? (next.fanOut === undefined ? before.fanOut?.shutdown() : undefined) ?? Promise.resolve();
    this.#remember(before, next, done);
    end(done);
    if (stays.length > 0) {
      diagnostics.warn('lasting', `a reload does not change ${stays.join(', ')}: that takes a new start`);
    }
    return done;
  }

  /** Keeps the counts of queues that end. */
  #remember(before: PipelineLayout, next: PipelineLayout, done: Promise<void>): void {
    for (const [name, { queue }] of before.destinations) {
      const nextOne = next.destinations.get(name);
      if (queue === undefined || nextOne?.queue === queue) continue;
      if (nextOne === undefined) {
        this.#removed.add(queue, done);
        continue;
      }
      const history = this.#histories.get(name) ?? new QueueHistory();
      this.#histories.set(name, history);
      history.add(queue, done);
    }
  }

  async #shutDown(): Promise<void> {
    this.#stopListening();
    await Promise.all([this.#layout.fanOut?.shutdown(), this.#lastReload]);
  }
}

function statsOf(end: object | undefined): unknown {
  const { stats } = (end ?? {}) as { stats?: unknown };
  if (typeof stats !== 'function') return undefined;
  try {
    return stats.call(end) as unknown;
  } catch {
    // Somebody else's exporter.
    return undefined;
  }
}

// SPDX-License-Identifier: Apache-2.0
import process from 'node:process';

import { type EndingPipeline, finishAll, FLUSH_SIGNALS, type FlushSignal } from './flush-events.ts';

/**
 * A signal that comes again this soon is the same one: a terminal sends SIGINT to all processes of its group, and a parent
 * such as npm passes it on as well.
 */
const SAME_SIGNAL_MILLIS = 1000;

/** The process is about to die of a signal that nobody else listens for. */
interface Dying {
  readonly sinceMillis: number;
  /** Ends the wait for the flush. */
  hurry(): void;
}

/**
 * Flushes on signals. A listener takes away what Node does by default, which is to die of the signal. So
 *
 * - where the application listens too, its decision stands: the flush only runs beside it;
 * - otherwise the flush is waited for, then the listener is taken away and the signal is sent again. The process dies of
 *   it, and its parent sees what it would have seen without us.
 *
 * One object for the process, because each of two would take the other for the application.
 */
export class SignalFlush {
  readonly #pipelines: Readonly<Record<FlushSignal, Set<EndingPipeline>>> = { SIGTERM: new Set(), SIGINT: new Set() };
  readonly #listeners: Readonly<Record<FlushSignal, () => void>> = {
    SIGTERM: () => this.#received('SIGTERM'),
    SIGINT: () => this.#received('SIGINT'),
  };
  readonly #listening = new Set<FlushSignal>();
  /** Signals that a listener was removed from in this very turn. */
  readonly #justLeft = new Set<string | symbol>();
  #dying: Dying | undefined;
  #hasTurned = false;

  add(signal: FlushSignal, pipeline: EndingPipeline): void {
    this.#pipelines[signal].add(pipeline);
    this.#listen(signal);
  }

  delete(signal: FlushSignal, pipeline: EndingPipeline): void {
    this.#pipelines[signal].delete(pipeline);
    if (this.#pipelines[signal].size === 0) this.#stopListening(signal);
  }

  #isListening(signal: FlushSignal): boolean {
    // Asked of the process, because an application may remove all listeners.
    return process.listeners(signal).includes(this.#listeners[signal]);
  }

  #listen(signal: FlushSignal): void {
    if (this.#pipelines[signal].size === 0 || this.#isListening(signal)) return;
    if (this.#listening.size === 0) {
      process.on('removeListener', this.#noteLeaving);
      process.on('beforeExit', this.#turnOnceMore);
    }
    this.#listening.add(signal);
    process.on(signal, this.#listeners[signal]);
  }

  #stopListening(signal: FlushSignal): void {
    this.#listening.delete(signal);
    process.off(signal, this.#listeners[signal]);
    if (this.#listening.size > 0) return;
    process.off('removeListener', this.#noteLeaving);
    process.off('beforeExit', this.#turnOnceMore);
  }

  /**
   * Node hears of a signal when its event loop turns, and doesn't wait for one. A signal that came last, as one that an
   * application sends itself after its own shutdown, would be lost.
   */
  readonly #turnOnceMore = (): void => {
    this.#hasTurned = !this.#hasTurned;
    if (this.#hasTurned) setImmediate(() => {});
  };

  /** A `once` listener of the application that was called before ours is gone when ours is called. */
  readonly #noteLeaving = (event: string | symbol, listener: unknown): void => {
    const signal = FLUSH_SIGNALS.find((candidate) => candidate === event);
    if (signal === undefined || listener === this.#listeners[signal]) return;
    this.#justLeft.add(signal);
    queueMicrotask(() => this.#justLeft.delete(signal));
  };

  #received(signal: FlushSignal): void {
    const own = (this.#isListening(signal) ? 1 : 0) + signalExitListeners();
    const isOthers = this.#justLeft.has(signal) || process.listenerCount(signal) > own;
    if (!isOthers && this.#dying !== undefined) {
      if (performance.now() - this.#dying.sinceMillis >= SAME_SIGNAL_MILLIS) this.#dying.hurry();
      return;
    }
    const pipelines = [...this.#pipelines[signal]];
    const flushed = Promise.all(pipelines.map((pipeline) => pipeline.flush(signal)));
    if (isOthers) return;
    const sinceMillis = performance.now();
    const hurried = new Promise<'hurried'>((resolve) => {
      this.#dying = { sinceMillis, hurry: () => resolve('hurried') };
    });
    void Promise.race([flushed, hurried]).then((how) =>
      this.#die(signal, pipelines, how === 'hurried' ? -Infinity : sinceMillis),
    );
  }

  #die(signal: FlushSignal, pipelines: readonly EndingPipeline[], startMillis: number): void {
    this.#dying = undefined;
    this.#stopListening(signal);
    // The kernel spares process 1, and a listener that came meanwhile decides for itself: then the pipelines live on.
    const isLast = process.listenerCount(signal) === 0 && process.pid !== 1;
    if (isLast) finishAll(pipelines, startMillis);
    process.kill(process.pid, signal);
    setImmediate(() => this.#listen(signal));
  }
}

/**
 * Listeners of the package signal-exit, which many tools bring along. It is no decision of the application: like us it
 * sends the signal again, when all listeners are its own.
 */
function signalExitListeners(): number {
  const emitters: unknown[] = [
    (process as { readonly __signal_exit_emitter__?: unknown }).__signal_exit_emitter__,
    (globalThis as { readonly [emitter: symbol]: unknown })[Symbol.for('signal-exit emitter')],
  ];
  let listeners = 0;
  for (const emitter of emitters) {
    const count = (emitter as { readonly count?: unknown } | undefined)?.count;
    if (typeof count === 'number') listeners += count;
  }
  return listeners;
}

// SPDX-License-Identifier: Apache-2.0
import { BridgeEmitter, type BridgeOptions, type BridgeStats, severityOfNumber } from '@logferry/bridge-base';

import { bunyanEntry, type BunyanRecord } from './bunyan-entry.ts';

/** One of a bunyan logger's streams. */
export interface StreamDefinition {
  readonly stream?: { readonly constructor?: { readonly name?: unknown } };
}

/** What `@opentelemetry/instrumentation-bunyan` adds to every logger. */
const OFFICIAL_STREAM = 'OpenTelemetryBunyanStream';

/** Of records without a name, which bunyan itself never makes. */
const NAMELESS = 'bunyan';

/**
 * A raw stream of bunyan (`{ type: 'raw', stream }`) whose records become OpenTelemetry log records, of either SDK line.
 * `addOpenTelemetryStream` sets it up; a stream that is given to bunyan otherwise gets errors without their causes.
 */
export class OpenTelemetryStream {
  readonly #emitter: BridgeEmitter;

  constructor(options: BridgeOptions = {}) {
    this.#emitter = new BridgeEmitter({ packageName: '@logferry/bridge-bunyan', options });
  }

  /** Called by bunyan. Never throws. */
  write(given: object): void {
    const record = given as BunyanRecord;
    const severity = severityOfNumber(record.level);
    const scope = typeof record.name === 'string' && record.name !== '' ? record.name : NAMELESS;
    this.#emitter.emit(scope, severity, () => bunyanEntry(record));
  }

  /** What became of the records so far. */
  stats(): BridgeStats {
    return this.#emitter.stats();
  }

  /**
   * Removes from a logger's streams what the official instrumentation added, and says so once: whoever adds ours wants one record
   * per call. Not where ours has a provider of its own. In place: a logger and its simple children share the array.
   */
  replaceOfficialIn(streams: StreamDefinition[]): void {
    if (!this.#emitter.isGlobal()) return;
    // A level that lets nothing through would not last: `logger.level` sets that of every stream.
    for (let index = streams.length - 1; index >= 0; index -= 1) {
      if (streams[index]?.stream?.constructor?.name !== OFFICIAL_STREAM) continue;
      streams.splice(index, 1);
      this.#emitter.warnOnce(
        '@opentelemetry/instrumentation-bunyan had added its stream to the same logger: it was removed, so that records arrive once',
      );
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import {
  BridgeEmitter,
  type BridgeOptions,
  type BridgeStats,
  severitiesOfTable,
  severityOfLabel,
} from '@logferry/bridge-base';
import { invalidOption } from '@logferry/core';
import TransportStream from 'winston-transport';

import { silenceOfficialTransports } from './official-transport.ts';
import { callOf, rememberCalls, type WinstonInfo, type WinstonLogger } from './winston-call.ts';
import { labelOf, levelOf, winstonEntry } from './winston-entry.ts';

export interface OpenTelemetryTransportOptions extends BridgeOptions, TransportStream.TransportStreamOptions {
  /** The instrumentation scope of records that `format.label` gives none. Default: `winston`. */
  readonly name?: string;
  /**
   * Severity numbers (1 to 24) of levels by name, for levels of your own. Default: known names as the logs data model has
   * them, other names evenly between the known ones around them in the logger's `levels`.
   */
  readonly severities?: Readonly<Record<string, number>>;
}

type Levels = Readonly<Record<string, number>>;

/**
 * A winston transport whose records become OpenTelemetry log records, of either SDK line. Levels, formats, child loggers and the
 * exception and rejection handlers work as with any transport.
 */
export class OpenTelemetryTransport extends TransportStream {
  readonly #emitter: BridgeEmitter;
  readonly #scope: string;
  readonly #givenSeverities: Readonly<Record<string, number>>;
  #levels: Levels | undefined;
  #severities: ReadonlyMap<string, number> = new Map();

  /** @throws LogferryError `INVALID_OPTION` for a severity that is none. */
  constructor(options: OpenTelemetryTransportOptions = {}) {
    const { loggerProvider, resource, name, severities = {}, ...transport } = options;
    super(transport);
    for (const [level, severity] of Object.entries(severities)) {
      if (!Number.isInteger(severity) || severity < 1 || severity > 24) {
        throw invalidOption(`severities.${level}`, severity, 'a whole number from 1 to 24');
      }
    }
    this.#scope = name ?? 'winston';
    this.#givenSeverities = severities;
    this.#emitter = new BridgeEmitter({
      packageName: '@logferry/bridge-winston',
      options: {
        ...(loggerProvider === undefined ? {} : { loggerProvider }),
        ...(resource === undefined ? {} : { resource }),
      },
    });
    this.on('pipe', (logger: unknown) => this.#attach(logger as Partial<WinstonLogger>));
  }

  /** What became of the records so far. */
  stats(): BridgeStats {
    return this.#emitter.stats();
  }

  override log(info: WinstonInfo, next: () => void): void {
    try {
      const call = callOf(info);
      const severity = this.#severityOf(levelOf(info), call?.levels);
      this.#emitter.emit(labelOf(info) ?? this.#scope, severity, () => winstonEntry(info, call), call);
    } finally {
      this.emit('logged', info);
      next();
    }
  }

  #attach(logger: Partial<WinstonLogger>): void {
    // What pipes into the transport may be a stream of another kind.
    if (typeof logger.write !== 'function' || typeof logger.child !== 'function') return;
    const parent = logger as WinstonLogger;
    let checkedTransports = 0;
    const undo = rememberCalls(
      parent,
      () => this.#emitter.origin(),
      () => {
        const transports = parent.transports ?? [];
        if (transports.length === checkedTransports) return;
        checkedTransports = transports.length;
        silenceOfficialTransports(transports, this.#emitter);
      },
    );
    const leave = (source: unknown): void => {
      if (source !== logger) return;
      this.off('unpipe', leave);
      undo();
    };
    this.on('unpipe', leave);
  }

  #severityOf(level: string | undefined, levelsOfCall: Levels | undefined): number | undefined {
    if (level === undefined) return undefined;
    // Without a call, as from an exception handler, the levels are those of the last one.
    const levels = levelsOfCall ?? this.#levels;
    if (levels !== this.#levels && levels !== undefined) {
      this.#severities = severitiesOfTable(levels, this.#givenSeverities);
      this.#levels = levels;
    }
    return this.#severities.get(level) ?? this.#givenSeverities[level] ?? severityOfLabel(level);
  }
}

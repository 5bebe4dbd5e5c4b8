// SPDX-License-Identifier: Apache-2.0
import { BridgeEmitter, type BridgeOptions, type BridgeStats, globalProvider } from '@logferry/bridge-base';

import { callEntry, type PinoCall } from './call-entry.ts';
import { type LineFormat, readLine } from './foreign-line.ts';
import { lineEntry } from './line-entry.ts';
import { LoggerFacts } from './logger-facts.ts';
import { removeOfficial } from './official-stream.ts';
import { LevelTable, PINO_LEVELS } from './pino-levels.ts';
import { METADATA, type PinoInternals } from './pino-symbols.ts';
import { parsedLine } from './written-line.ts';

export interface OpenTelemetryDestinationOptions extends BridgeOptions {
  /** The instrumentation scope of records whose logger has no name. Default: `pino`. */
  readonly name?: string;
}

/** Of lines that come without their logger. */
const FOREIGN_LINES: LineFormat = {
  messageKey: 'msg',
  errorKey: 'err',
  nestedKey: undefined,
  timeKey: undefined,
  levels: new LevelTable(PINO_LEVELS),
};

const OFFICIAL_IS_LEFT_OUT =
  '@opentelemetry/instrumentation-pino had added its stream to the same logger: it was removed, so that records arrive once';

/** Providers of the SDK have it; the API doesn't know it. */
interface FlushableProvider {
  forceFlush?(): Promise<void>;
}

/**
 * A destination of pino, in the same thread, whose records become OpenTelemetry log records, of either SDK line:
 * `pino(options, new OpenTelemetryDestination())`, or beside others in `pino.multistream`.
 */
export class OpenTelemetryDestination {
  /** Makes `pino(destination)` and `pino.multistream([destination])` take it for a stream of all levels. */
  readonly writable: true = true;
  readonly levelVal: number = 0;
  /** Set by pino before each `write`. */
  lastLevel: number | undefined;
  /** Set by pino before each `write`. */
  lastObj: Readonly<Record<string, unknown>> | undefined;
  /** Set by pino before each `write`. */
  lastMsg: unknown;
  /** Set by pino before each `write`. */
  lastTime: string | undefined;
  /** Set by pino before each `write`. */
  lastLogger: object | undefined;
  readonly #options: OpenTelemetryDestinationOptions;
  readonly #scope: string;
  readonly #emitter: BridgeEmitter;
  readonly #facts = new WeakMap<object, LoggerFacts>();
  #checkedStream: unknown;
  #latest: { readonly logger: object; readonly facts: LoggerFacts } | undefined;

  constructor(options: OpenTelemetryDestinationOptions = {}) {
    // Makes pino say what it writes.
    Object.defineProperty(this, METADATA, { value: true });
    this.#options = options;
    this.#scope = options.name ?? 'pino';
    this.#emitter = new BridgeEmitter({ packageName: '@logferry/bridge-pino', options });
  }

  /** Called by pino with a line. Never throws. */
  write(line: string): void {
    const { lastLogger: logger, lastLevel: level, lastObj: fields, lastMsg: message, lastTime: timeText } = this;
    // Pino sets all of them for each line. What is left would keep the record alive, and be taken for the next line's.
    this.lastLogger = undefined;
    this.lastObj = undefined;
    this.lastMsg = undefined;
    const facts = this.#factsFor(logger, fields);
    if (facts === 'sent') return;
    if (facts === undefined || level === undefined || fields === undefined) return this.#writeForeign(line);
    this.#write(facts, { level, fields, message, timeText: timeText ?? '' }, line);
  }

  /** Flushes the provider, where it can be; called by `logger.flush`. */
  flush(done: (error?: Error) => void = () => {}): void {
    const provider = (this.#options.loggerProvider ?? globalProvider()) as FlushableProvider | undefined;
    void settle(async () => provider?.forceFlush?.(), done);
  }

  /** Called by `multistream.end`; the provider is the application's to shut down. */
  end(): void {}

  /** What became of the records so far. */
  stats(): BridgeStats {
    return this.#emitter.stats();
  }

  #write(facts: LoggerFacts, call: PinoCall, line: string): void {
    const { severityNumber } = facts.level(call.level);
    this.#emitter.emit(
      facts.name ?? this.#scope,
      severityNumber,
      () => callEntry(facts, call) ?? lineEntry(facts, call, line),
    );
  }

  #writeForeign(line: string): void {
    const { name, severityNumber, entry } = readLine(parsedLine(line) ?? line.trimEnd(), FOREIGN_LINES);
    this.#emitter.emit(name ?? this.#scope, severityNumber, () => entry);
  }

  /** Whether the official instrumentation has sent this record to the same provider; it sends no further ones. */
  #wasSentBy({ stream }: LoggerFacts, record: object): boolean {
    // Children share their parent's stream.
    if (stream === this.#checkedStream || !this.#emitter.isGlobal()) return false;
    this.#checkedStream = stream;
    const official = removeOfficial(stream, record);
    if (official !== 'absent') this.#emitter.warnOnce(OFFICIAL_IS_LEFT_OUT);
    return official === 'removed, after it had the record';
  }

  /**
   * The facts of the logger that writes; undefined when only the line is left to read, because there is no logger, or something that
   * the application set threw when it was looked at.
   */
  #factsFor(logger: object | undefined, record: object | undefined): LoggerFacts | 'sent' | undefined {
    if (logger === undefined || record === undefined) return undefined;
    try {
      const facts = this.#factsOf(logger);
      return facts !== undefined && this.#wasSentBy(facts, record) ? 'sent' : facts;
    } catch {
      return undefined;
    }
  }

  #factsOf(logger: object): LoggerFacts | undefined {
    const internals = logger as PinoInternals;
    if (this.#latest?.logger === logger && this.#latest.facts.isCurrent(internals)) return this.#latest.facts;
    let facts = this.#facts.get(logger);
    if (facts === undefined || !facts.isCurrent(internals)) {
      facts = LoggerFacts.of(internals);
      if (facts === undefined) return undefined;
      this.#facts.set(logger, facts);
    }
    this.#latest = { logger, facts };
    return facts;
  }
}

async function settle(work: () => Promise<void>, done: (error?: Error) => void): Promise<void> {
  let problem: Error | undefined;
  try {
    await work();
  } catch (error) {
    problem = error instanceof Error ? error : new Error('the flush failed', { cause: error });
  }
  done(problem);
}

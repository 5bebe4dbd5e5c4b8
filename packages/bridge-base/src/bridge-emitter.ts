// SPDX-License-Identifier: Apache-2.0
import { AsyncLocalStorage } from 'node:async_hooks';

import { type Clock, Diagnostics, exporterWork, systemClock } from '@logferry/core';
import { type Context, context, createContextKey } from '@opentelemetry/api';

import { apiLogsForwards, apiLogsProvider, apiProvider, globalProvider } from './global-provider.ts';
import type { LogEntry } from './log-entry.ts';
import { mapEntry } from './map-entry.ts';
import type { EnabledQuestion, OtelLogger, OtelLoggerProvider } from './otel-logger.ts';
import { type ResourceAttributes, resourceValueOf } from './resource-attributes.ts';

/** Options that every bridge has. */
export interface BridgeOptions {
  /**
   * The provider that gets the records, of either line of the SDK. Default: the global one of `@opentelemetry/api` or
   * `@opentelemetry/api-logs`, looked up when the first record comes, and again until there is one.
   */
  readonly loggerProvider?: OtelLoggerProvider;
  /**
   * The resource of that provider. Fields such as `pid` and `hostname` that only repeat it are left out of the records.
   * Default: the provider's own, where it is one of the official SDK.
   */
  readonly resource?: ResourceAttributes;
}

/** What became of the records that a bridge was handed, since its start. */
export interface BridgeStats {
  /** Handed to the SDK. */
  readonly emitted: number;
  /** Left out because the SDK said that nobody wants them: by severity, by logger, or after its shutdown. */
  readonly disabled: number;
  /** Came while there was no provider. */
  readonly withoutProvider: number;
  /** Logged by what handles log records, such as an exporter; bridging them would make a loop. */
  readonly looped: number;
  /** Could not be handed over: the provider, or a processor, threw. */
  readonly failed: number;
}

export interface BridgeEmitterParts {
  /** The bridge's npm name, for diagnostics. */
  readonly packageName: string;
  readonly options?: BridgeOptions | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock;
  /**
   * Whether what a processor or exporter logs later, in work that a record started (a timer, a request) or that a batching
   * processor makes it do, counts as a loop as well. For a logger that exporters themselves use. Default: false, because it
   * takes an AsyncLocalStorage.
   */
  readonly guardsLaterWork?: boolean;
}

// The key that exporters of both lines work under; see `suppressTracing` of core.
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

/**
 * Scopes of one bridge. A provider keeps a logger for each for ever, so names that come from data must not grow it without
 * bound: beyond them records go to the bridge's own scope, and their name becomes the attribute `logger.name`.
 */
const MAX_SCOPES = 1_000;

/** Where and when a record was logged, for a logger that may hand it over later. */
export interface CallOrigin {
  readonly context: Context;
  readonly wallMillis: number;
}

/** The logger of a scope, with what is known of its resource. */
interface ScopedLogger {
  readonly logger: OtelLogger;
  readonly resourceValue: (name: string) => unknown;
}

/** Hands entries of one bridge to the OpenTelemetry logger of their scope. */
export class BridgeEmitter {
  readonly #packageName: string;
  readonly #clock: Clock;
  readonly #diagnostics: Diagnostics;
  readonly #givenProvider: OtelLoggerProvider | undefined;
  readonly #resource: ResourceAttributes | undefined;
  readonly #laterWork: AsyncLocalStorage<true> | undefined;
  #isTurnMarked = false;
  readonly #endTurn = (): void => {
    this.#isTurnMarked = false;
  };
  readonly #said = new Set<string>();
  #provider: OtelLoggerProvider | undefined;
  readonly #loggers = new Map<string, ScopedLogger>();
  #isEmitting = false;
  readonly #stats = { emitted: 0, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 };

  constructor({ packageName, options, clock = systemClock, guardsLaterWork = false }: BridgeEmitterParts) {
    this.#packageName = packageName;
    this.#clock = clock;
    this.#diagnostics = new Diagnostics(packageName, clock);
    this.#givenProvider = options?.loggerProvider;
    this.#resource = options?.resource;
    if (guardsLaterWork) this.#laterWork = new AsyncLocalStorage();
  }

  /** Here and now. */
  origin(): CallOrigin {
    return { context: context.active(), wallMillis: this.#clock.wallMillis() };
  }

  /**
   * Maps an entry and emits it. Never throws.
   *
   * @param scope the instrumentation scope: the logger's name.
   * @param entry is called only when somebody wants the record.
   * @param origin where it was logged. Default: here and now.
   * @returns what became of it.
   */
  emit(
    scope: string,
    severityNumber: number | undefined,
    entry: () => LogEntry,
    origin?: CallOrigin,
  ): keyof BridgeStats {
    const outcome = this.#isEmitting ? 'looped' : this.#guarded(scope, severityNumber, entry, origin);
    this.#stats[outcome] += 1;
    return outcome;
  }

  /** Whether records go where those go that are emitted through the global of either API. */
  isGlobal(): boolean {
    const given = this.#givenProvider;
    return given === undefined || given === apiProvider() || given === apiLogsProvider();
  }

  /** Whether what is emitted through api-logs reaches the provider of this bridge, also by way of a forwarding provider. */
  receivesApiLogs(): boolean {
    const reached = apiLogsProvider() ?? (apiLogsForwards() ? apiProvider() : undefined);
    return reached !== undefined && reached === (this.#givenProvider ?? globalProvider());
  }

  /** Says something once in the bridge's life, such as that the official instrumentation is active as well. */
  warnOnce(message: string): void {
    if (this.#said.has(message)) return;
    this.#said.add(message);
    this.#diagnostics.warn(message, message);
  }

  stats(): BridgeStats {
    return { ...this.#stats };
  }

  #guarded(
    scope: string,
    severityNumber: number | undefined,
    entry: () => LogEntry,
    origin?: CallOrigin,
  ): keyof BridgeStats {
    this.#isEmitting = true;
    try {
      return this.#tryEmit(scope, severityNumber, entry, origin);
    } catch {
      // The text of what was thrown stays out: it may hold the record.
      this.#diagnostics.error('failed', 'a record could not be handed to the logger provider: it threw');
      return 'failed';
    } finally {
      this.#isEmitting = false;
    }
  }

  #tryEmit(
    scope: string,
    severityNumber: number | undefined,
    entry: () => LogEntry,
    origin: CallOrigin | undefined,
  ): keyof BridgeStats {
    // What an exporter logs while it works has its context, also when it logs later.
    const active = context.active();
    const contextOfCall = origin?.context ?? active;
    if (active.getValue(SUPPRESS_TRACING) === true) return 'looped';
    if (this.#laterWork !== undefined && this.#isLaterWork(this.#laterWork)) return 'looped';
    if (contextOfCall !== active && contextOfCall.getValue(SUPPRESS_TRACING) === true) return 'looped';
    const provider = this.#findProvider();
    if (provider === undefined) return 'withoutProvider';
    const known = this.#loggers.get(scope);
    const isNameless = known === undefined && this.#loggers.size >= MAX_SCOPES;
    const { logger, resourceValue } = known ?? this.#logger(provider, isNameless ? this.#packageName : scope);
    if (logger.enabled?.(question(contextOfCall, severityNumber) as never) === false) return 'disabled';
    const wallMillis = origin?.wallMillis ?? this.#clock.wallMillis();
    const record = mapEntry(entry(), {
      context: contextOfCall,
      severityNumber,
      loggedAtMillis: wallMillis,
      nowMillis: wallMillis,
      resourceValue,
    });
    if (isNameless) record.attributes['logger.name'] = scope;
    if (this.#laterWork === undefined || this.#isTurnMarked) logger.emit(record as never);
    else this.#emitMarked(this.#laterWork, logger, record as never);
    return 'emitted';
  }

  /** What a record started, or what an exporter does that was called outside of the context of any record. */
  #isLaterWork(laterWork: AsyncLocalStorage<true>): boolean {
    return laterWork.getStore() === true || exporterWork.getStore()?.isRecent() === true;
  }

  /**
   * Only the first record since the last microtask, because marking costs as much as emitting. What an unmarked one starts may
   * log once more; that is the first record of its own turn, and what it starts ends there. So a loop makes one round at most.
   */
  #emitMarked(laterWork: AsyncLocalStorage<true>, logger: OtelLogger, record: never): void {
    this.#isTurnMarked = true;
    queueMicrotask(this.#endTurn);
    laterWork.run(true, () => logger.emit(record));
  }

  #findProvider(): OtelLoggerProvider | undefined {
    const provider = this.#givenProvider ?? globalProvider();
    if (provider === undefined) {
      this.#diagnostics.warn(
        'no provider',
        'there is no logger provider yet: records are counted and left out until one is registered',
      );
    } else if (provider !== this.#provider) {
      this.#provider = provider;
      this.#loggers.clear();
    }
    return provider;
  }

  #logger(provider: OtelLoggerProvider, scope: string): ScopedLogger {
    const known = this.#loggers.get(scope);
    if (known !== undefined) return known;
    const logger = provider.getLogger(scope);
    const scoped: ScopedLogger = {
      logger,
      resourceValue: (name) => resourceValueOf(logger, this.#resource, name),
    };
    this.#loggers.set(scope, scoped);
    return scoped;
  }
}

function question(active: Context, severityNumber: number | undefined): EnabledQuestion {
  return severityNumber === undefined ? { context: active } : { context: active, severityNumber };
}
